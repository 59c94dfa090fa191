import { Download, FileJson } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import { asTokenLensError, type ErrorReport } from '#errors.ts';
import { Segmented } from '#panels/controls/Segmented.tsx';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { useActivationName } from '#panels/use-activation-name.ts';
import { useAppStore } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { QueryFields } from './QueryFields.tsx';
import { saveFile } from './save-file.ts';
import styles from './take-away.module.css';
import { formats, layersOf, nameTensorFile, stagesOf, type TensorChoice } from './tensor-choice.ts';
import { type ReadTensor, writeMetadata, writeTensorFile } from './tensor-file.ts';

export interface TensorFormProps {
  readonly report: RunReport;
  readonly choice: TensorChoice;
  readonly onChange: (change: Partial<TensorChoice>) => void;
}

/** Which tensor becomes which file. */
export function TensorForm({ report, choice, onChange }: TensorFormProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  const activation = useActivationName();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorReport | null>(null);
  const layers = layersOf(choice.stage, report.model);
  const fileName = nameTensorFile(choice, report);

  function nameLayer(layer: number): string {
    if (layer > (report.model.layers ?? layer)) return t('takeAway.finalNorm', { layer });
    return layer === 0 ? t('takeAway.embeddings') : String(layer);
  }

  async function saveAs(name: string, write: (read: ReadTensor) => Promise<BlobPart>) {
    setBusy(true);
    setError(null);
    try {
      saveFile([await write(store.getState().readTensor)], name);
    } catch (reason) {
      setError(asTokenLensError(reason, 'engine').toReport());
    } finally {
      setBusy(false);
    }
  }

  function download(event: FormEvent) {
    event.preventDefault();
    void saveAs(fileName, (read) => writeTensorFile(choice, report, read));
  }

  function downloadMetadata() {
    void saveAs(nameTensorFile(choice, report, 'json'), (read) => writeMetadata(choice, report, read));
  }

  return (
    <form onSubmit={download} aria-labelledby="take-away-tensor">
      <h3 id="take-away-tensor">{t('takeAway.tensor')}</h3>
      <div className={styles.fields}>
        <label>
          <span>{t('takeAway.stage')}</span>
          <select
            value={choice.stage}
            onChange={({ target }) => {
              const stage = stagesOf(report).find((name) => name === target.value);
              if (stage) onChange({ stage });
            }}
          >
            {stagesOf(report).map((stage) => (
              <option key={stage} value={stage}>
                {t(`takeAway.stages.${stage}`, { activation })}
              </option>
            ))}
          </select>
        </label>
        {layers && (
          <label>
            <span>{t('takeAway.layer')}</span>
            <select value={String(choice.layer)} onChange={({ target }) => onChange({ layer: Number(target.value) })}>
              {Array.from({ length: layers.last - layers.first + 1 }, (_, index) => index + layers.first).map(
                (layer) => (
                  <option key={layer} value={layer}>
                    {nameLayer(layer)}
                  </option>
                ),
              )}
            </select>
          </label>
        )}
        {choice.stage === 'attention' && (
          <QueryFields heads={report.model.heads ?? 0} query={choice.query} onChange={(query) => onChange({ query })} />
        )}
        {report.tiles.count > 1 && <TileField report={report} choice={choice} onChange={onChange} />}
        <div>
          <span aria-hidden="true">{t('takeAway.format')}</span>
          <Segmented
            label={t('takeAway.format')}
            value={choice.format}
            options={formats.map((format) => ({ value: format, text: `.${format}` }))}
            isDisabled={choice.tile === 'all'}
            onChange={(format) => onChange({ format })}
          />
        </div>
      </div>
      {choice.tile === 'all' && <p className={styles.note}>{t('takeAway.formatOfAll')}</p>}
      <div className={styles.row}>
        <code className={styles.fileName} title={fileName}>
          {fileName}
        </code>
        {choice.format === 'npy' && (
          <button
            type="button"
            className="button quiet"
            disabled={isBusy}
            title={t('takeAway.metadataTitle')}
            onClick={downloadMetadata}
          >
            <FileJson size={16} aria-hidden="true" />
            {t('takeAway.metadata')}
          </button>
        )}
        <button type="submit" className="button" disabled={isBusy}>
          <Download size={16} aria-hidden="true" />
          {t(isBusy ? 'takeAway.reading' : 'takeAway.download')}
        </button>
      </div>
      <p className={dialog.problem} role="status">
        {error &&
          `${t(`errors.${error.code}.what`, { replace: error.details })} ${t(`errors.${error.code}.remedy`, { replace: error.details })}`}
      </p>
    </form>
  );
}

function TileField({ report, choice, onChange }: TensorFormProps) {
  const { t } = useTranslation();
  const { nameTile } = useTileText();
  return (
    <label>
      <span>{t('takeAway.tile')}</span>
      <select
        value={String(choice.tile)}
        onChange={({ target: { value } }) => onChange({ tile: value === 'all' ? value : Number(value) })}
      >
        <option value="all">{t('takeAway.allTiles', { count: report.tiles.count })}</option>
        {Array.from({ length: report.tiles.count }, (_, tile) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a tile is its place in the order.
          <option key={tile} value={tile}>
            {nameTile(tile)}
          </option>
        ))}
      </select>
    </label>
  );
}
