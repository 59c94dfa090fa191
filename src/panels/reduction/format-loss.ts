import { formatShare, formatSmallShare } from '#panels/format.ts';

/** From here on a tenth of a per cent says enough. */
const smallest = 0.01;

/** A relative error as a percentage; a small one with two digits of its own. */
export function formatLoss(share: number): string {
  return share >= smallest ? formatShare(share) : formatSmallShare(share);
}
