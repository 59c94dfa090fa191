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

/** Model, image and tile of a figure, as its picture names them. */
export function useRunFacts(report: RunReport) {
  const { nameTile } = useTileText(report);
  return (tile: number | null): readonly string[] => {
    const name = tile === null ? null : nameTile(tile);
    return [report.model.name, report.image.name, ...(name === null ? [] : [name])];
  };
}

/** How maps are told from one another in words. */
export function useMapText(report: RunReport) {
  const { t } = useTranslation();
  const { nameTiledToken } = useTokenText();
  const runFacts = useRunFacts(report);
  const keptAxes = useApp((state) => state.keptAxes);
  const exclusionRadius = useApp((state) => state.lens.exclusionRadius);

  /** Model, image, tile, layer, and what else decides a map of its kind: what the maps answer, not what is asked now. */
  function describeMap(stage: TokenStage, set: MapSet, maps: readonly TokenMap[]): readonly string[] {
    const layer = layerOfMap(stage, set, report);
    const [only = null] = maps.length === 1 ? maps : [];
    const facts = [
      ...runFacts(only?.tile ?? null),
      maps.length > 1 && t('takeAway.allTiles', { count: maps.length }),
      layer !== null && t('takeAway.layerNumber', { layer }),
      ...describeKind(stage, set),
    ];
    return facts.filter((fact) => typeof fact === 'string');
  }

  function describeKind(stage: TokenStage, set: MapSet): readonly (string | null)[] {
    const { kind, selection, request } = set;
    const token = selection && nameTiledToken(selection);
    switch (kind) {
      case 'attention': {
        const { head = 'mean', direction = 'from' } = request;
        const heads = head === 'mean' ? t('takeAway.meanHead') : t('takeAway.headNumber', { head });
        return [heads, t(`takeAway.${direction}Token`, { token })];
      }
      case 'rollout': {
        const { fusion = 'mean', discardRatio = 0 } = request;
        return [t(`takeAway.fused.${fusion}`), t('takeAway.discarded', { ratio: discardRatio }), token];
      }
      case 'added':
        return [t('takeAway.addedBy', { part: t(`lens.parts.${request.part ?? 'attention'}`) })];
      case 'channel':
        return [t('takeAway.channelNumber', { channel: request.channel ?? 0 })];
      case 'cosine':
        return [token, exclusionRadius === null ? null : t('takeAway.leftOut', { radius: exclusionRadius })];
      case 'pca':
        return [nameAxes(stage, set)];
      default:
        return [];
    }
  }

  function nameAxes(stage: TokenStage, { axes }: MapSet): string | null {
    const basis = axes.find((own) => own.stage === stage)?.basis;
    if (basis === 'kept') return keptAxes && t('axes.ofImage', { image: keptAxes.imageName });
    return basis === 'tile' ? t('axes.ofTile') : null;
  }

  return { describeMap };
}
