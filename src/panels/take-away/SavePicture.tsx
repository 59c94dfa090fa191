import { ImageDown, ImageOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ExportName, nameExport } from '#export/file-name.ts';
import { drawMapPicture, type MapCaption, type MapPicture } from '#export/map-picture.ts';
import { saveFile } from './save-file.ts';
import styles from './take-away.module.css';

export interface SavePictureProps {
  readonly caption: MapCaption;
  readonly file: Omit<ExportName, 'extension'>;
  /** What the picture shows; asked for once it is saved. */
  readonly draw: () => Pick<MapPicture, 'pixels'> & Partial<Pick<MapPicture, 'below'>>;
  /** Words on the button; without them it is a small icon. */
  readonly text?: string;
}

/** Saves one figure of the page as a PNG with its title and its scale. */
export function SavePicture({ caption, file, draw, text }: SavePictureProps) {
  const { t } = useTranslation();
  const [hasFailed, setFailed] = useState(false);

  async function save() {
    try {
      setFailed(false);
      const picture = drawMapPicture({ below: null, ...caption, ...draw() });
      const png = await picture.convertToBlob({ type: 'image/png' });
      saveFile([png], nameExport({ ...file, extension: 'png' }), 'image/png');
    } catch {
      // A browser without memory for the canvas says no more than that.
      setFailed(true);
    }
  }

  const { title, facts } = caption;
  const size = text === undefined ? 14 : 16;
  return (
    <>
      <button
        type="button"
        className={text === undefined ? `icon-button ${styles.save}` : 'button quiet'}
        {...(text === undefined && { 'aria-label': t('takeAway.saveFigure', { title }) })}
        title={[title, ...facts].join(' · ')}
        onClick={() => void save()}
      >
        {hasFailed ? <ImageOff size={size} aria-hidden="true" /> : <ImageDown size={size} aria-hidden="true" />}
        {hasFailed ? text && t('takeAway.noPicture') : text}
      </button>
      {hasFailed && (
        <span className="visually-hidden" role="alert">
          {t('takeAway.noPicture')}
        </span>
      )}
    </>
  );
}
