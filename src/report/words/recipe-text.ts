import { countText } from '../../support/quantities'
import type { Recipe, Schedule } from '../../tasks/recipe'

/* Parts of a recipe in words, for summaries and for what deviates from a paper. */

/** Such as `times 0.1 at step 20,000 and 25,000`, said of a learning rate. */
export function scheduleText(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'constant':
      return 'constant'
    case 'steps':
      return `times ${schedule.factor} at step ${schedule.boundaries.map(countText).join(' and ')}`
    case 'linear-warmup': {
      const then = schedule.then ? `, then ${scheduleText(schedule.then)}` : ''
      return `warmed up linearly for ${countText(schedule.warmup)} steps${then}`
    }
  }
}

/** Such as `flipped, cropped by 4 pixels`; `none` where nothing is changed. */
export function augmentationText({ flip, crop }: NonNullable<Recipe['augmentation']>): string {
  const parts = [...(flip ? ['flipped'] : []), ...(crop ? [`cropped by ${crop} pixels`] : [])]
  return parts.length > 0 ? parts.join(', ') : 'none'
}
