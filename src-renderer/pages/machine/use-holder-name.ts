import { useTranslation } from 'react-i18next';
import type { Holder } from './holders.js';

/** A holder's name for people: its program and process, or what is named for none. */
export function useHolderName(): (process: Holder['process']) => string {
  const { t } = useTranslation();
  return (process) => {
    if (process === null) return t('machine.others');
    const { pid, name } = process;
    return name === undefined ? t('machine.process', { pid }) : t('machine.named', { name, pid });
  };
}
