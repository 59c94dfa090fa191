import { Popover } from '@base-ui/react/popover';
import { Info } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { sharesOf } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { outlierFactor } from '#state/map-statistics.ts';
import styles from './dock.module.css';

/** How the map on show is to be read, and how not. */
export function MapNote() {
  const { t } = useTranslation();
  const { grid, numbers } = useGridText();
  const isFolded = grid.shuffleFactor > 1;
  const place = useRef<HTMLDivElement>(null);
  const mapKind = useApp((state) => state.mapKind);
  const imageShare = useApp((state) => state.imageShare);
  const isCarried = mapKind === 'attention' || mapKind === 'rollout';
  return (
    <div ref={place}>
      <Popover.Root>
        <Popover.Trigger className="icon-button" aria-label={t('notes.open')} title={t('notes.open')}>
          <Info size={16} aria-hidden="true" />
        </Popover.Trigger>
        {/* Beside the trigger, so that the open note stays inside of the page's main landmark. */}
        <Popover.Portal container={place}>
          <Popover.Positioner className={styles.notePlace} sideOffset={4} align="start" collisionPadding={8}>
            <Popover.Popup className={styles.mapNote}>
              <Popover.Title>{t(`dock.kinds.${mapKind}`)}</Popover.Title>
              <p>{t(`notes.${mapKind}`)}</p>
              {mapKind === 'norm' && (
                <p>
                  {t('notes.outliers', { factor: outlierFactor })}{' '}
                  <a href="https://arxiv.org/abs/2309.16588" target="_blank" rel="noreferrer">
                    Darcet et al. 2023
                  </a>
                </p>
              )}
              {mapKind === 'class' && isFolded && <p>{t('notes.classCarried', numbers)}</p>}
              {mapKind === 'pca' && <p>{t('notes.pcaKept')}</p>}
              {isCarried && (
                <>
                  {isFolded && <p>{t('notes.combined', numbers)}</p>}
                  {isFolded && <p>{t('notes.carried', numbers)}</p>}
                  <p>{t('notes.weights')}</p>
                </>
              )}
              <p>{t('notes.classToken')}</p>
              {imageShare > 0 && <p>{t('notes.blend', sharesOf(imageShare))}</p>}
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}
