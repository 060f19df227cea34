import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { Choice } from '../controls/choice.js';
import { chooseLanguage, type Language, languages } from './i18n.js';
import { routes } from './routes.js';
import { chooseTheme, storedTheme, themes } from './theme.js';

export function Navigation() {
  const { t } = useTranslation();
  const [location] = useLocation();
  return (
    <header className="side">
      <p className="brand">{t('shell.brand')}</p>
      <nav aria-label={t('shell.pages')}>
        <ul>
          {routes.map(({ path, name }) => (
            <li key={path}>
              <Link href={path} aria-current={location.startsWith(path) ? 'page' : undefined}>
                {t(`${name}.title`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Preferences />
    </header>
  );
}

function Preferences() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useState(storedTheme);
  return (
    <div className="preferences">
      <Choice
        label={t('shell.language')}
        value={i18n.language as Language}
        options={languages.map((id) => ({ id, text: t(`language.${id}`) }))}
        onChange={(id) => void chooseLanguage(id)}
      />
      <Choice
        label={t('shell.theme')}
        value={theme}
        options={themes.map((id) => ({ id, text: t(`theme.${id}`) }))}
        onChange={(id) => {
          setTheme(id);
          chooseTheme(id);
        }}
      />
    </div>
  );
}
