/** The update rule of a training step, with the hyperparameters that change its result. */
export type Optimizer =
  | { readonly kind: 'sgd'; readonly learningRate: number }
  | {
      readonly kind: 'momentum'
      readonly learningRate: number
      readonly momentum: number
      readonly nesterov?: boolean
    }
  | {
      readonly kind: 'adam'
      readonly learningRate: number
      /** 0.9 by default. */
      readonly beta1?: number
      /** 0.999 by default. */
      readonly beta2?: number
      /** 1e-8 by default. */
      readonly epsilon?: number
    }
