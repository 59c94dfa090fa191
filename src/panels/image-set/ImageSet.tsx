import { RotateCcw, X } from 'lucide-react';
import { useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import type { SetEntry } from '#state/app-state.ts';
import styles from './image-set.module.css';

/** The images and videos that were opened, where there is more than one: a click shows one again. */
export function ImageSet() {
  const { t } = useTranslation();
  const store = useAppStore();
  const entries = useApp((state) => state.set);
  const current = useApp((state) => state.currentEntry);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const hasLetGo = entries.some(({ isKept }) => !isKept);
  if (entries.length < 2) return null;

  function remove(entry: SetEntry) {
    const place = entries.indexOf(entry);
    store.getState().removeEntry(entry.id);
    // The keyboard stays in the strip: on the image that takes the place, or on the last one.
    requestAnimationFrame(() => {
      const left = [...(list.current?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])];
      (left[place] ?? left.at(-1))?.focus();
    });
  }

  return (
    <section className={styles.set} aria-label={t('imageSet.label')}>
      <ul ref={list} className={styles.list}>
        {entries.map((entry) => (
          <li key={entry.id} className={styles.entry} data-current={entry.id === current}>
            <button
              type="button"
              className={styles.show}
              data-entry
              aria-current={entry.id === current}
              aria-describedby={entry.isKept ? undefined : `${id}-let-go`}
              title={entry.name}
              onClick={() => {
                // The store shows what fails.
                store
                  .getState()
                  .showEntry(entry.id)
                  .catch(() => {});
              }}
            >
              <span className={styles.frame}>
                {entry.report && <Preview bitmap={entry.report.image.preview} />}
                {!entry.isKept && <RotateCcw className={styles.badge} size={16} aria-hidden="true" />}
              </span>
              <span className={styles.name}>{entry.name}</span>
            </button>
            <button
              type="button"
              className={styles.remove}
              aria-label={t('imageSet.remove', { name: entry.name })}
              title={t('imageSet.remove', { name: entry.name })}
              onClick={() => remove(entry)}
            >
              <X size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {hasLetGo && (
        <p className={styles.note} id={`${id}-let-go`}>
          <RotateCcw size={12} aria-hidden="true" />
          {t('imageSet.letGo')}
        </p>
      )}
    </section>
  );
}

/** Side of a picture in the strip, in device pixels enough for any screen. */
const pictureSizePx = 128;

/** The middle of the image, filling a square. */
function Preview({ bitmap }: { readonly bitmap: ImageBitmap }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const side = Math.min(bitmap.width, bitmap.height);
    const left = (bitmap.width - side) / 2;
    const top = (bitmap.height - side) / 2;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, left, top, side, side, 0, 0, pictureSizePx, pictureSizePx);
  }, [bitmap]);
  return <canvas ref={canvas} width={pictureSizePx} height={pictureSizePx} />;
}
