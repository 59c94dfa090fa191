import { useTranslation } from 'react-i18next';
import type { MapSet, RunReport, TokenMap, TokenStage } from '#engine/protocol.ts';
import { useApp } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { isOfBlock } from '#state/lens.ts';

/** The hidden state or block that a map is of; null where its square has none but the one that goes on. */
export function layerOfMap(stage: TokenStage, { kind, request }: MapSet, { model }: RunReport): number | null {
  if (isOfBlock(kind)) return request.layer ?? model.layers;
  return stage === 'selected' ? (request.layer ?? null) : null;
}

/** How maps are told from one another in words. */
export function useMapText(report: RunReport) {
  const { t } = useTranslation();
  const { nameTile } = useTileText();
  const { nameTiledToken } = useTokenText();
  const keptAxes = useApp((state) => state.keptAxes);

  /** Model, image, tile, layer, head and selected token, as far as they apply. */
  function describeMap(stage: TokenStage, set: MapSet, maps: readonly TokenMap[]): string {
    const { kind, selection, request } = set;
    const layer = layerOfMap(stage, set, report);
    const [first] = maps;
    const tile = maps.length > 1 ? t('takeAway.allTiles', { count: maps.length }) : first && nameTile(first.tile);
    const parts = [
      report.model.name,
      report.image.name,
      tile,
      layer !== null && t('takeAway.layerNumber', { layer }),
      kind === 'pca' && nameAxes(stage, set),
      kind === 'attention' && nameHead(request.head ?? 'mean'),
      selection && nameTiledToken(selection),
    ];
    return parts.filter(Boolean).join(' · ');
  }

  function nameAxes(stage: TokenStage, { axes }: MapSet): string | null {
    const basis = axes.find((own) => own.stage === stage)?.basis;
    if (basis === 'kept') return keptAxes && t('axes.ofImage', { image: keptAxes.imageName });
    return basis === 'tile' ? t('axes.ofTile') : null;
  }

  function nameHead(head: number | 'mean'): string {
    return head === 'mean' ? t('takeAway.meanHead') : t('takeAway.headNumber', { head });
  }

  return { describeMap };
}
