import { splitOptions, type SlurmRequest } from '../../runtime/slurm'
import { badInput } from '../../support/errors'
import { checkOptions, listOf, text, wholeNumber, type Check } from '../../support/options'
import { isPlain, reading } from '../../support/plain'
import { show } from '../../support/show'

/** Where experiments are computed. */
export interface WhereOptions {
  /**
   * `'here'`, by this notebook's kernel, so that it ends when the kernel does; `'background'`, by a worker of its own on this
   * machine, which goes on when the notebook or the editor is closed: the cell shows its plot meanwhile, and running it again, in
   * any window, shows it again; `{ slurm: { workers: 4, options: '--time=8:00:00' } }`, by jobs of a Slurm cluster. By default
   * what the setting `ticketlab.runs` says, which is `'here'` unless changed. Criteria of your own run in this notebook, so
   * what they prune cannot be computed elsewhere.
   */
  readonly run?: WhereChoice
}

/** By whom an experiment is computed: this notebook's kernel, a worker of its own, or the jobs of a cluster. */
export type WhereChoice = 'here' | 'background' | OnSlurm

/** By jobs of a Slurm cluster, which see the store. */
export interface OnSlurm {
  /** How many, and what sbatch is told. */
  readonly slurm: SlurmOptions
}

/** What Slurm is asked for. */
export interface SlurmOptions {
  /** Jobs that compute together, from 1 to 1,000; 1 by default. More than replicates times branches have nothing to do. */
  readonly workers?: number
  /** Options of sbatch, such as `'--partition=gpu --time=8:00:00 --cpus-per-task=4'`. By default none but 4 GB of memory. */
  readonly options?: string | readonly string[]
}

/** Where an experiment is computed, once that is checked. */
export type Where =
  { readonly kind: 'here' } | { readonly kind: 'background' } | ({ readonly kind: 'slurm' } & SlurmRequest)

const example =
  "For example { run: 'background' } or { run: { slurm: { workers: 4, options: '--time=8:00:00' } } }."

/** What was asked for. @throws TicketLabError `bad-input` */
function toWhere(value: unknown, name = 'run'): Where {
  return reading(name, () => whereIn(value, name))
}

function whereIn(value: unknown, name: string): Where {
  if (value === 'here' || value === 'background') return { kind: value }
  if (typeof value !== 'object' || value === null || !('slurm' in value)) {
    throw badInput(`'here', 'background' or { slurm: ... } for ${name}`, show(value), example)
  }
  const { slurm } = checkOptions<{ slurm: object }>(value, { slurm: (given) => given as object }, name)
  const { workers = 1, options = [] } = checkOptions<SlurmOptions>(
    slurm,
    { workers: wholeNumber(1, 1000), options: sbatchOptions },
    'slurm',
  )
  return { kind: 'slurm', workers, options: typeof options === 'string' ? splitOptions(options) : options }
}

const sbatchOptions: Check<string | readonly string[]> = (value, name) =>
  typeof value === 'string'
    ? text(value, name)
    : listOf(text, "['--gres=gpu:1', '--time=8:00:00']")(value, name)

/**
 * Takes from the options of an experiment where it is to be computed.
 * @param usual where, if they do not say
 * @throws TicketLabError `bad-input`
 */
export function splitWhere<Options>(
  given: (Options & WhereOptions) | undefined,
  usual: WhereChoice = 'here',
): { readonly where: Where; readonly options: Options | undefined } {
  const [run, options] = reading('the options', (): readonly [unknown, Options | undefined] => {
    if (!isPlain(given)) return [undefined, given]
    const { run, ...others } = given as WhereOptions
    return [run, others as Options]
  })
  return { where: toWhere(run === undefined ? usual : run), options }
}

/** Masks by a criterion that is a function are made by this notebook, between trainings. @throws TicketLabError `bad-input` */
export function checkHere(given: WhereOptions | undefined, of: string): void {
  const { run = 'here' } = given ?? {}
  if (run === 'here') return
  throw badInput(
    `run: 'here' with a criterion of your own in ${of}`,
    show(run),
    'Its masks are made by this notebook, so that nobody else could go on. Leave out run.',
  )
}
