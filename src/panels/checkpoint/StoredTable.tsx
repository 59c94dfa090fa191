import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { publicHub, type StoredCheckpoint } from '#engine/protocol.ts';
import { formatFileSize } from '#panels/format.ts';
import { useAppStore } from '#panels/use-app.ts';
import styles from './stored.module.css';
import { parseStoredKey } from './stored-name.ts';
import { timeAgo } from './time-ago.ts';

const shortCommitLength = 7;

export interface StoredTableProps {
  readonly checkpoints: readonly StoredCheckpoint[];
  readonly onDeleted: () => void;
}

/** The stored checkpoints, each to be deleted by a second press. */
export function StoredTable({ checkpoints, onDeleted }: StoredTableProps) {
  const { t } = useTranslation();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('stored.repository')}</th>
          <th scope="col">{t('stored.commit')}</th>
          <th scope="col">{t('stored.size')}</th>
          <th scope="col">{t('stored.used')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('stored.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {checkpoints.map((checkpoint) => (
          <Row key={checkpoint.key} checkpoint={checkpoint} onDeleted={onDeleted} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly checkpoint: StoredCheckpoint;
  readonly onDeleted: () => void;
}

function Row({ checkpoint: { key, byteLength, usedAt }, onDeleted }: RowProps) {
  const { t, i18n } = useTranslation();
  const store = useAppStore();
  const [isAsking, setAsking] = useState(false);
  const { repository = key, folder = '', commit = '', endpoint = publicHub } = parseStoredKey(key) ?? {};
  const name = folder === '' ? repository : `${repository}/${folder}`;
  const size = formatFileSize(byteLength);

  async function remove() {
    // What could not be deleted stays in the table.
    await store
      .getState()
      .deleteStored(key)
      .catch(() => {});
    onDeleted();
  }

  return (
    <tr>
      <th scope="row" title={key}>
        {name}
        {endpoint !== publicHub && <small>{endpoint}</small>}
      </th>
      <td title={commit}>{commit.slice(0, shortCommitLength)}</td>
      <td>{size}</td>
      <td title={usedAt > 0 ? new Date(usedAt).toLocaleString(i18n.language) : undefined}>
        {usedAt > 0 ? timeAgo(usedAt, Date.now(), i18n.language) : t('stored.never')}
      </td>
      <td className={styles.actions}>
        {isAsking ? (
          <>
            <button
              type="button"
              className="button"
              aria-label={t('stored.confirmName', { name, size })}
              onClick={() => void remove()}
            >
              {t('stored.confirm', { size })}
            </button>
            <button
              type="button"
              className="button quiet"
              // The safe answer is the one at hand.
              ref={(button) => button?.focus()}
              onClick={() => setAsking(false)}
            >
              {t('stored.keep')}
            </button>
          </>
        ) : (
          <button
            type="button"
            className="button quiet"
            aria-label={t('stored.deleteName', { name })}
            onClick={() => setAsking(true)}
          >
            {t('stored.delete')}
          </button>
        )}
      </td>
    </tr>
  );
}
