import { useTranslation } from 'react-i18next';
import { useApp } from '#panels/use-app.ts';
import { isOfBlock, shownLayerOf } from '#state/lens.ts';

export interface ShownLayer {
  /** null where there is no model, or an encoder without layers to look at. */
  readonly layer: number | null;
  /** What the encoder's square is of: `hidden state 3 of 6`; null where it shows what goes on. */
  readonly note: string | null;
  /** How a layer is called. */
  readonly nameLayer: (layer: number) => string;
}

/** Which layer the encoder's square shows, in numbers and words. */
export function useShownLayer(): ShownLayer {
  const { t } = useTranslation();
  const mapKind = useApp((state) => state.mapKind);
  const model = useApp((state) => state.model);
  const lens = useApp((state) => state.lens);
  const layer = model && shownLayerOf(mapKind, lens, model);
  const count = model?.layers ?? 0;

  function nameLayer(number: number): string {
    if (isOfBlock(mapKind)) return t('lens.blocks', { layer: number, count });
    if (number > count) return t('lens.finalNorm', { count });
    return number === 0 ? t('lens.embeddings', { count }) : t('lens.states', { layer: number, count });
  }

  const isWorthSaying = layer !== null && (isOfBlock(mapKind) || layer !== model?.selectedLayer);
  return { layer, note: isWorthSaying ? nameLayer(layer) : null, nameLayer };
}
