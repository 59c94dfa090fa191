import { ImageDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type RunReport, type TokenStage, tokenStages } from '#engine/protocol.ts';
import { sharesOf } from '#panels/format.ts';
import { usePainting } from '#panels/squares/use-painting.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { useApp } from '#panels/use-app.ts';
import { currentMapSet } from '#state/selectors.ts';
import { assembleMaps, assembleTiles, endsOf } from './map-file.ts';
import { SavePicture } from './SavePicture.tsx';
import styles from './take-away.module.css';
import { layerOfMap, useMapText } from './use-map-text.ts';

/** The maps on show, each as a picture with its title and its scale. */
export function MapPictures({ report }: { readonly report: RunReport }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="take-away-maps">
      <h3 id="take-away-maps">{t('takeAway.maps')}</h3>
      <div className={styles.maps}>
        {tokenStages.map((stage) => (
          <MapPictureButton key={stage} stage={stage} report={report} />
        ))}
      </div>
      <p className={dialog.note}>{t('takeAway.mapsIntro')}</p>
    </section>
  );
}

interface MapPictureButtonProps {
  readonly stage: TokenStage;
  readonly report: RunReport;
}

function MapPictureButton({ stage, report }: MapPictureButtonProps) {
  const { t } = useTranslation();
  const painting = usePainting(stage);
  const set = useApp(currentMapSet);
  const imageShare = useApp((state) => state.imageShare);
  const { describeMap } = useMapText(report);
  const text = t('takeAway.saveMap', { square: t(`squares.${stage}`) });
  if (!painting || !set) {
    return (
      <button type="button" className="button quiet" disabled>
        <ImageDown size={16} aria-hidden="true" />
        {text}
      </button>
    );
  }
  const { kind, maps, grid, ranges, table } = painting;
  const isBlended = imageShare > 0;
  return (
    <SavePicture
      text={text}
      caption={{
        title: `${t(`squares.${stage}`)} · ${t(`dock.kinds.${kind}`)}`,
        facts: [...describeMap(stage, set, maps), ...(isBlended ? [t('takeAway.blend', sharesOf(imageShare))] : [])],
        unit: t(`units.${kind}`),
        ranges: endsOf(ranges),
        table,
        isPca: kind === 'pca',
      }}
      file={{
        imageName: report.image.name,
        stage: `${stage}.${kind}`,
        layer: layerOfMap(stage, set, report),
        tile: grid.columns * grid.rows === 1 ? grid.first : null,
      }}
      draw={() => ({
        pixels: assembleMaps(maps, grid, ranges, table),
        below: isBlended ? { image: assembleTiles(report.pictures, grid), share: imageShare } : null,
      })}
    />
  );
}
