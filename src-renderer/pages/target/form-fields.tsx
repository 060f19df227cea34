import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { Choice } from '../../controls/choice.js';
import { ScaleInput } from '../../controls/scale-input.js';
import { TextInput } from '../../controls/text-input.js';
import { Toggle } from '../../controls/toggle.js';
import { draftStore } from './draft.js';
import { type Field, isOffered } from './offered.js';

/** What every field of the form knows. */
export interface FormState {
  flags: TargetFlags;
  /** What holds where a field says nothing, of the last target that could be made. */
  defaults: Partial<Record<Field, string | boolean>>;
  error: { field: Field; message: string } | null;
}

interface FieldProps {
  form: FormState;
  field: Field;
}

const errorOf = ({ error }: FormState, field: Field) => (error?.field === field ? error.message : undefined);
const textOf = ({ flags, defaults }: FormState, field: Field) =>
  String(flags[field] ?? defaults[field] ?? '');

/** The same function from one drawing to the next, so that a field whose value stays is not drawn anew. */
const useSetter = (field: Field) =>
  useCallback(
    (value: string | boolean) => draftStore.setFlag(field, value === '' ? undefined : value),
    [field],
  );

export function ChoiceFlag({
  form,
  field,
  options,
  onChange,
}: FieldProps & { options: readonly string[]; onChange?: (value: string) => void }) {
  const { t } = useTranslation();
  const set = useSetter(field);
  const value = textOf(form, field);
  const shown = (options.includes(value) || value === '' ? options : [...options, value]).join(' ');
  const items = useMemo(() => shown.split(' ').map((id) => ({ id, text: id })), [shown]);
  if (!isOffered(field, form.flags)) return null;
  return (
    <Choice
      label={t(`setting.${field}`)}
      value={value === '' ? null : value}
      options={items}
      onChange={onChange ?? set}
      error={errorOf(form, field)}
    />
  );
}

export function ScaleFlag({ form, field, places }: FieldProps & { places: readonly number[] }) {
  const { t } = useTranslation();
  const set = useSetter(field);
  return (
    <ScaleInput
      label={t(`setting.${field}`)}
      value={String(form.flags[field] ?? form.defaults[field] ?? '')}
      places={places}
      onChange={set}
      error={errorOf(form, field)}
    />
  );
}

/** What is left out has its default, which is shown faintly. */
export function TextFlag({ form, field, hint }: FieldProps & { hint?: string }) {
  const { t } = useTranslation();
  const set = useSetter(field);
  if (!isOffered(field, form.flags)) return null;
  return (
    <TextInput
      label={t(`setting.${field}`)}
      value={String(form.flags[field] ?? '')}
      placeholder={String(form.defaults[field] ?? '')}
      onChange={set}
      error={errorOf(form, field)}
      hint={hint}
      numeric={field !== 'checkpointing'}
    />
  );
}

export function ToggleFlag({ form, field }: FieldProps) {
  const { t } = useTranslation();
  const set = useSetter(field);
  if (!isOffered(field, form.flags)) return null;
  return (
    <Toggle
      label={t(`setting.${field}`)}
      selected={(form.flags[field] ?? form.defaults[field]) === true}
      onChange={set}
      error={errorOf(form, field)}
    />
  );
}
