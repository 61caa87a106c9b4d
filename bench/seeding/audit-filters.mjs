import { idOf } from './ids.mjs';
import { keysPerOrganization } from './installation.mjs';

const day = 86_400_000;

/**
 * What an organization's audit log is asked for: each filter of the list with a value that is common, rare or never
 * there, alone and together.
 *
 * @param {number} organization
 * @returns {Record<string, string>} queries by what they ask
 */
export function auditQueries(organization) {
  const ago = (days) => new Date(Date.now() - days * day).toISOString();
  const firstKey = (organization - 1) * keysPerOrganization + 1;
  return {
    'no filter': 'limit=20',
    'a page of 100': 'limit=100',
    'action, common': 'action=api_key.used',
    'action, rare': 'action=api_key.revoked',
    'action, never there': 'action=role.deleted',
    'actor, common': `actor_id=${idOf('bot', organization)}`,
    'actor, rare': `actor_id=${idOf('admin', organization)}`,
    'key, common': `key_id=${idOf('key', firstKey + 1)}`,
    'key, rare': `key_id=${idOf('key', firstKey)}`,
    'key, never used': `key_id=${idOf('request', 1)}`,
    project: `project_id=${idOf('project', organization)}`,
    'product, common': 'product=uptime',
    'product, rare': 'product=incidents',
    'product, never there': 'product=nothing',
    'outcome, denied': 'outcome=denied',
    'outcome, allowed': 'outcome=allowed',
    'one day': `from=${ago(15)}&to=${ago(14)}`,
    'the oldest day': `to=${ago(29)}`,
    'before all': `to=${ago(60)}`,
    'ip, common': 'ip=203.0.113.7',
    'ip, rare': 'ip=203.0.113.99',
    'ip, never there': 'ip=198.51.100.1',
    'together: denied, product, one week': `outcome=denied&product=incidents&from=${ago(20)}&to=${ago(13)}`,
    'together: key and ip': `key_id=${idOf('key', firstKey + 1)}&ip=203.0.113.99`,
    'together: all of them': `action=api_key.used&actor_id=${idOf('bot', organization)}&key_id=${idOf('key', firstKey + 1)}&project_id=${idOf('project', organization)}&product=uptime&outcome=denied&from=${ago(25)}&to=${ago(5)}&ip=203.0.113.7`,
  };
}
