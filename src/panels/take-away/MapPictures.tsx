import { Image } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type RunReport, type TokenStage, tokenStages } from '#engine/protocol.ts';
import { nameExport } from '#export/file-name.ts';
import { drawMapPicture, type MapPicture, sizeMapPicture } from '#export/map-picture.ts';
import { formatValue } from '#panels/format.ts';
import { usePainting } from '#panels/squares/use-painting.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { useApp } from '#panels/use-app.ts';
import { currentMapSet } from '#state/selectors.ts';
import { assembleMaps } from './map-file.ts';
import { saveFile } from './save-file.ts';
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
  const { describeMap } = useMapText(report);
  const [hasFailed, setFailed] = useState(false);

  async function save() {
    if (!painting || !set) return;
    const { kind, maps, grid, ranges, table } = painting;
    const picture: MapPicture = {
      title: `${t(`squares.${stage}`)} · ${t(`dock.kinds.${kind}`)}`,
      subtitle: describeMap(stage, set, maps),
      unit: t(`units.${kind}`),
      pixels: assembleMaps(maps, grid, ranges, table),
      ranges: ranges.map(({ min, max }) => ({ min: formatValue(min), max: formatValue(max) })),
      table,
      isPca: kind === 'pca',
    };
    const name = nameExport({
      imageName: report.image.name,
      stage: `${stage}.${kind}`,
      layer: layerOfMap(stage, set, report),
      tile: maps.length === 1 ? (maps[0]?.tile ?? null) : null,
      extension: 'png',
    });
    try {
      setFailed(false);
      saveFile([await drawPng(picture)], name, 'image/png');
    } catch {
      // A browser without memory for the canvas says no more than that.
      setFailed(true);
    }
  }

  return (
    <button type="button" className="button quiet" disabled={!painting} onClick={() => void save()}>
      <Image size={16} aria-hidden="true" />
      {hasFailed ? t('takeAway.noPicture') : t('takeAway.saveMap', { square: t(`squares.${stage}`) })}
    </button>
  );
}

function drawPng(picture: MapPicture): Promise<Blob> {
  const { width, height } = sizeMapPicture(picture);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context) drawMapPicture(context, picture);
  return canvas.convertToBlob({ type: 'image/png' });
}
