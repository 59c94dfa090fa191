import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type KnownCheckpoint, knownCheckpoints } from '#checkpoint/known-checkpoints.ts';
import { formatFileSize } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import styles from './picker.module.css';

export interface CheckpointListProps {
  readonly onChoose: (model: string, connector: string) => void;
}

/** Below this share more than the vision part, the size of the repository says nothing new. */
const leastRest = 1.05;

/** The published checkpoints, and those loaded before; pressing one looks it up. */
export function CheckpointList({ onChoose }: CheckpointListProps) {
  const { t } = useTranslation();
  const recent = useApp((state) => state.recentModels);
  const id = useId();

  function tellKind({ model, connector, connectorWidth: width }: KnownCheckpoint): string {
    if (width === null) return t('checkpoint.kinds.encoder');
    return connector === null
      ? t('checkpoint.kinds.both', { width })
      : t('checkpoint.kinds.pair', { width, encoder: model });
  }

  return (
    <>
      <section aria-labelledby={`${id}-known`}>
        <h3 id={`${id}-known`}>{t('checkpoint.known')}</h3>
        <ul className={styles.list}>
          {knownCheckpoints.map((known) => {
            const { model, connector, downloadByteLength, repositoryByteLength } = known;
            return (
              <li key={`${model} ${connector}`}>
                <button type="button" className={styles.entry} onClick={() => onChoose(model, connector ?? '')}>
                  <span className={styles.entryName}>{connector ?? model}</span>
                  <span className={styles.entrySize}>{formatFileSize(downloadByteLength)}</span>
                  <small>{tellKind(known)}</small>
                  {repositoryByteLength !== null && repositoryByteLength > leastRest * downloadByteLength && (
                    <small className={styles.entryTotal}>
                      {t('checkpoint.ofRepository', { size: formatFileSize(repositoryByteLength) })}
                    </small>
                  )}
                </button>
              </li>
            );
          })}
        </ul>
      </section>
      {recent.length > 0 && (
        <section aria-labelledby={`${id}-recent`}>
          <h3 id={`${id}-recent`}>{t('checkpoint.recent')}</h3>
          <ul className={styles.list}>
            {recent.map(({ model, connector }) => (
              <li key={`${model} ${connector}`}>
                <button type="button" className={styles.entry} onClick={() => onChoose(model, connector ?? '')}>
                  <span className={styles.entryName}>{model}</span>
                  {connector && <small>{t('checkpoint.withConnector', { connector })}</small>}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
