/** The key under which weights and masks have what describes them: for the product, not for cells. */
export const plan: unique symbol = Symbol('plan')
