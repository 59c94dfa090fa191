import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoiceSelect } from '#panels/controls/ChoiceSelect.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { commonStages, comparedOtherTile, comparedRun, comparedStage, otherRuns } from '#state/comparison.ts';
import styles from './compare.module.css';

/** What the run on show is compared with, and at which stage. */
export function CompareChoice() {
  const { t } = useTranslation();
  const store = useAppStore();
  const own = useApp((state) => state.report);
  const kept = useApp((state) => state.kept);
  const other = useApp(comparedRun);
  const stage = useApp(comparedStage);
  const others = useMemo(() => otherRuns({ kept, report: own }), [kept, own]);
  return (
    <div className={styles.choice}>
      <ChoiceSelect
        label={t('compare.with')}
        placeholder={t('compare.pick')}
        value={other && String(other.runId)}
        options={others.map(({ runId, image, model }) => ({
          value: String(runId),
          text: t('compare.run', {
            runId,
            name: image.name,
            model: model.name,
            width: image.width,
            height: image.height,
          }),
        }))}
        onChange={(runId) => store.getState().chooseOther(Number(runId))}
      />
      {other && other.tiles.count > 1 && <OtherTile />}
      {own && other && (
        <ChoiceSelect
          label={t('compare.stage')}
          value={stage}
          options={commonStages(own, other).map((value) => ({ value, text: t(`squares.${value}`) }))}
          onChange={(value) => store.getState().chooseCompareStage(value)}
        />
      )}
    </div>
  );
}

function OtherTile() {
  const { t } = useTranslation();
  const store = useAppStore();
  const other = useApp(comparedRun);
  const tile = useApp(comparedOtherTile);
  const { describeTile } = useTileText(other ?? undefined);
  const tiles = Array.from({ length: other?.tiles.count ?? 0 }, (_, number) => number);
  return (
    <ChoiceSelect
      label={t('compare.otherTile')}
      value={String(tile)}
      options={tiles.map((number) => ({ value: String(number), text: describeTile(number) ?? '' }))}
      onChange={(number) => store.getState().chooseOtherTile(Number(number))}
    />
  );
}
