import { expect, it } from 'vitest';
import { PublicUrl, type Config } from '../config/config.js';
import { Mailer } from './mailer.js';

it('work that begins later is finished before the server stops, and so is what it begins later itself', async () => {
  const config = { smtpUrl: 'smtp://127.0.0.1:1', mailFrom: null, publicUrl: null };
  const mailer = new Mailer(config as Config, new PublicUrl(config));
  const done: string[] = [];
  mailer.later(async () => {
    mailer.later(async () => void done.push('its mail'));
    done.push('a link');
  });
  await mailer.onModuleDestroy();
  expect(done).toEqual(['a link', 'its mail']);
});
