import { Option } from 'commander';

export function configOption(): Option {
  return new Option(
    '--config <file>',
    'an Open-Sora config (.py) or a saved target (.json); flags override it',
  );
}

export function dataOption(): Option {
  return new Option(
    '--data <path>',
    'where the data set lies: how much is free there, and how fast it is read',
  );
}
