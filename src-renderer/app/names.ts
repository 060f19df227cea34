import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Part, PhaseId } from '../../src-main/contract/report.js';

/** Names that the engine gives in English, in the language that is shown; one that no catalogue has stays as it is. */
export interface Names {
  part(part: Pick<Part, 'id' | 'name'>): string;
  phase(id: PhaseId): string;
}

export function useNames(): Names {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => ({
      part: ({ id, name }) => {
        // Only Chinese has names of its own for them: the engine's are English.
        const text = i18n.getResource(i18n.language, 'translation', `part.${id}`) as unknown;
        return typeof text === 'string' ? text : name;
      },
      phase: (id) => t(`phase.${id}`),
    }),
    [t, i18n],
  );
}
