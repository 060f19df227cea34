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

export function ChoiceFlag(
  props: FieldProps & { options: readonly string[]; onChange?: (value: string) => void },
) {
  const { form, field, options, onChange = (value) => draftStore.setFlag(field, value) } = props;
  const { t } = useTranslation();
  if (!isOffered(field, form.flags)) return null;
  const value = textOf(form, field);
  const shown = options.includes(value) || value === '' ? options : [...options, value];
  return (
    <Choice
      label={t(`setting.${field}`)}
      value={value === '' ? null : value}
      options={shown.map((id) => ({ id, text: id }))}
      onChange={onChange}
      error={errorOf(form, field)}
    />
  );
}

export function ScaleFlag({ form, field, places }: FieldProps & { places: readonly number[] }) {
  const { t } = useTranslation();
  return (
    <ScaleInput
      label={t(`setting.${field}`)}
      value={textOf(form, field)}
      places={places}
      onChange={(text) => draftStore.setFlag(field, text)}
      error={errorOf(form, field)}
    />
  );
}

/** What is left out has its default, which is shown faintly. */
export function TextFlag({ form, field, hint }: FieldProps & { hint?: string }) {
  const { t } = useTranslation();
  if (!isOffered(field, form.flags)) return null;
  return (
    <TextInput
      label={t(`setting.${field}`)}
      value={String(form.flags[field] ?? '')}
      placeholder={String(form.defaults[field] ?? '')}
      onChange={(text) => draftStore.setFlag(field, text === '' ? undefined : text)}
      error={errorOf(form, field)}
      hint={hint}
      numeric={field !== 'checkpointing'}
    />
  );
}

export function ToggleFlag({ form, field }: FieldProps) {
  const { t } = useTranslation();
  if (!isOffered(field, form.flags)) return null;
  return (
    <Toggle
      label={t(`setting.${field}`)}
      selected={(form.flags[field] ?? form.defaults[field]) === true}
      onChange={(selected) => draftStore.setFlag(field, selected)}
      error={errorOf(form, field)}
    />
  );
}
