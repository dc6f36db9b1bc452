import { optimizerDefaults, type Optimizer, type UpdateRule } from './program'

/** The rule by which `optimizer` updates `parameter`, with defaults filled in. */
export function updateRule(optimizer: Optimizer, parameter: string): UpdateRule {
  switch (optimizer.kind) {
    case 'sgd':
      return { kind: 'sgd' }
    case 'momentum':
      return {
        kind: 'momentum',
        momentum: optimizer.momentum,
        nesterov: optimizer.nesterov ?? optimizerDefaults.nesterov,
        velocity: `${parameter}/velocity`,
      }
    case 'adam': {
      const { beta1, beta2 } = adamDefaults(optimizer)
      return { kind: 'adam', beta1, beta2, m: `${parameter}/m`, v: `${parameter}/v` }
    }
  }
}

/** The tensors that a rule keeps between steps, each of the parameter's shape. */
export function slotsOf(rule: UpdateRule): readonly string[] {
  switch (rule.kind) {
    case 'sgd':
      return []
    case 'momentum':
      return [rule.velocity]
    case 'adam':
      return [rule.m, rule.v]
  }
}

/** How many scalars a step takes. */
export function scalarCount(optimizer: Optimizer): number {
  return optimizer.kind === 'adam' ? 2 : 1
}

/**
 * The scalars of the step that follows `step` steps, first the factor r of {@link UpdateRule}. Adam's bias
 * correction (Kingma & Ba 2015, algorithm 1) is in them, so that the state of a training needs no powers of
 * beta, and a resumed training goes on with the same bits.
 * @param step steps done before, from 0
 */
export function stepScalars(optimizer: Optimizer, step: number, learningRate: number): readonly number[] {
  if (optimizer.kind !== 'adam') return [learningRate]
  const { beta1, beta2, epsilon } = adamDefaults(optimizer)
  // Backends average in single precision, so the correction must be for the betas they really use.
  const first = 1 - power(Math.fround(beta1), step + 1)
  const second = Math.sqrt(1 - power(Math.fround(beta2), step + 1))
  // m/first / (sqrt(v)/second + epsilon), multiplied through by second.
  return [(learningRate * second) / first, epsilon * second]
}

/** base ** exponent for a whole exponent, with the same bits in every JavaScript engine, which ** does not promise. */
function power(base: number, exponent: number): number {
  let result = 1
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= base
    base *= base
  }
  return result
}

function adamDefaults(optimizer: Extract<Optimizer, { kind: 'adam' }>) {
  return { ...optimizerDefaults, ...optimizer }
}
