import { useTranslation } from 'react-i18next';
import { headFusions } from '#engine/protocol.ts';
import { ChoiceSelect } from '#panels/controls/ChoiceSelect.tsx';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { channelCountOf, fitLens, type LensSettings } from '#state/lens.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { CosineControls } from './CosineControls.tsx';
import styles from './dock.module.css';
import { PcaControls } from './PcaControls.tsx';

/** Shares of each row's smallest entries that rollout can leave out. */
const discardRatios = [0, 0.25, 0.5, 0.75, 0.9] as const;

const noSizes = {
  layers: null,
  lastHiddenState: null,
  heads: null,
  hiddenSize: null,
  grid: publishedGrid,
  selectedLayer: null,
};

/** What the map on show can be asked for beside its layer; most kinds ask for nothing. */
export function KindControls() {
  const { t } = useTranslation();
  const store = useAppStore();
  const mapKind = useApp((state) => state.mapKind);
  const model = useApp((state) => state.model) ?? noSizes;
  const wished = useApp((state) => state.lens);
  const lens = fitLens(wished, model);
  const change = (part: Partial<LensSettings>) => store.getState().changeLens(part);

  switch (mapKind) {
    case 'cosine':
      return <CosineControls />;
    case 'pca':
      return <PcaControls />;
    case 'attention':
      return (
        <div className={styles.group}>
          <Segmented
            label={t('lens.direction')}
            value={lens.direction}
            options={(['from', 'to'] as const).map((value) => ({ value, text: t(`lens.directions.${value}`) }))}
            onChange={(direction) => change({ direction })}
          />
          <span aria-hidden="true">{t('lens.head')}</span>
          <ChoiceSelect
            label={t('lens.head')}
            value={String(lens.head)}
            options={['mean', ...Array.from({ length: model.heads ?? 0 }, (_, head) => String(head))].map((value) => ({
              value,
              text: value === 'mean' ? t('lens.mean') : value,
            }))}
            onChange={(head) => change({ head: head === 'mean' ? head : Number(head) })}
          />
        </div>
      );
    case 'rollout':
      return (
        <div className={styles.group}>
          <span aria-hidden="true">{t('lens.fusion')}</span>
          <Segmented
            label={t('lens.fusion')}
            value={lens.fusion}
            options={headFusions.map((value) => ({ value, text: t(`lens.fusions.${value}`) }))}
            onChange={(fusion) => change({ fusion })}
          />
          <span aria-hidden="true">{t('lens.discard')}</span>
          <ChoiceSelect
            label={t('lens.discard')}
            value={String(lens.discardRatio)}
            options={discardRatios.map((ratio) => ({ value: String(ratio), text: String(ratio) }))}
            onChange={(ratio) => change({ discardRatio: Number(ratio) })}
          />
        </div>
      );
    case 'added':
      return (
        <div className={styles.group}>
          <span aria-hidden="true">{t('lens.part')}</span>
          <Segmented
            label={t('lens.part')}
            value={lens.part}
            options={(['attention', 'mlp'] as const).map((value) => ({ value, text: t(`lens.parts.${value}`) }))}
            onChange={(part) => change({ part })}
          />
        </div>
      );
    case 'channel': {
      const channels = channelCountOf(model);
      const last = channels === null ? null : channels - 1;
      return (
        <label className={styles.group}>
          {t('lens.channel')}
          <input
            key={last}
            className={styles.number}
            type="number"
            inputMode="numeric"
            required
            min={0}
            {...(last !== null && { max: last })}
            step={1}
            defaultValue={lens.channel}
            onChange={({ target }) => {
              if (target.validity.valid) change({ channel: target.valueAsNumber });
            }}
          />
          {last !== null && <span className={styles.bounds}>0–{last}</span>}
        </label>
      );
    }
    default:
      return null;
  }
}
