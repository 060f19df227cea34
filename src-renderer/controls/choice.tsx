import { memo } from 'react';
import {
  Button,
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
} from 'react-aria-components';

interface ChoiceProps<T extends string> {
  label: string;
  value: T | null;
  options: readonly { id: T; text: string }[];
  onChange(id: T): void;
  hint?: string | undefined;
  error?: string | undefined;
}

/** One of a few names. Drawn anew only when it changes: a form has many, and moves with every step of a slider. */
export const Choice = memo(ChoiceField) as typeof ChoiceField;

function ChoiceField<T extends string>({ label, value, options, onChange, hint, error }: ChoiceProps<T>) {
  return (
    <Select
      className="field"
      value={value}
      onChange={(key) => onChange(key as T)}
      isInvalid={error !== undefined}
    >
      <Label className="label">{label}</Label>
      <Button className="input choice-button">
        <SelectValue />
        <span aria-hidden="true" className="caret" />
      </Button>
      {hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
      <Popover className="popover">
        <ListBox items={options} className="list">
          {({ text }) => (
            <ListBoxItem className="list-item" textValue={text}>
              {text}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
