import { useTranslation } from 'react-i18next';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { areMapsCurrent } from '#state/selectors.ts';
import styles from './dock.module.css';

/** What the axes are fitted to, and the way to keep them for the images that come. */
export function PcaControls() {
  const { t } = useTranslation();
  const store = useAppStore();
  const wished = useApp((state) => state.lens.basis);
  const kept = useApp((state) => state.keptAxes);
  const set = useApp((state) => state.maps.pca);
  const isCurrent = useApp(areMapsCurrent);
  const bases = kept ? (['tile', 'run', 'kept'] as const) : (['tile', 'run'] as const);
  // A restarted engine keeps no axes.
  const basis = kept || wished !== 'kept' ? wished : 'run';
  const unfit = isCurrent && set ? set.axes.filter((axes) => axes.basis !== 'kept').map(({ stage }) => stage) : [];
  return (
    <div className={styles.group}>
      <span aria-hidden="true">{t('axes.label')}</span>
      <Segmented
        label={t('axes.label')}
        value={basis}
        options={bases.map((value) => ({ value, text: t(`axes.bases.${value}`) }))}
        onChange={(chosen) => store.getState().changeLens({ basis: chosen })}
      />
      {basis !== 'kept' && (
        <button
          type="button"
          className="button quiet"
          disabled={!set || !isCurrent}
          onClick={() => {
            // What goes wrong is shown where the work stopped.
            if (set)
              store
                .getState()
                .keepAxes(set.request)
                .catch(() => {});
          }}
        >
          {t('axes.keep')}
        </button>
      )}
      {basis === 'kept' && kept && (
        <p className={styles.note}>
          {t('axes.of', { image: kept.imageName })}
          {unfit.length > 0 &&
            ` ${t('axes.unfit', { squares: unfit.map((stage) => t(`squares.${stage}`)).join(', ') })}`}
        </p>
      )}
    </div>
  );
}
