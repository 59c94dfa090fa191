import { useTranslation } from 'react-i18next';
import { languageModels } from '#state/language-models.ts';
import styles from './bill.module.css';
import type { ModelChoice } from './use-language-model.ts';

const sources = [
  'Kaplan et al. 2020, Scaling Laws for Neural Language Models, table 1 (arXiv 2001.08361)',
  'Dao-AILab/flash-attention: benchmarks/benchmark_flash_attention.py',
  'OpenGVLab/InternVL: modeling_internvl_chat.py',
  'VITA-MLLM/VITA: video_audio_demo.py, vita/util/mm_utils.py, vita/model/vita_arch.py',
  'VITA-MLLM/VITA-1.5: config.json',
];

/** Where the sizes, the counting and the prompts are published. */
export function Sources({ choice }: { readonly choice: ModelChoice }) {
  const { t } = useTranslation();
  const sizes = choice === 'typed' ? [] : [`${languageModels[choice].repository}: config.json`];
  return (
    <section aria-labelledby="sources-title">
      <h3 id="sources-title">{t('bill.sources')}</h3>
      <ul className={styles.sources}>
        {[...sizes, ...sources].map((source) => (
          <li key={source}>{source}</li>
        ))}
      </ul>
    </section>
  );
}
