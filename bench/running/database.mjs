import pg from 'pg';

/** Runs one statement on a connection of its own and gives its rows. */
export async function query(url, sql, parameters = []) {
  return connected(url, async (client) => (await client.query(sql, parameters)).rows);
}

/** Does something with one connection, which is closed afterwards. */
export async function connected(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes a database on the server that `serverUrl` names, and gives its address. */
export async function createDatabase(serverUrl, name) {
  await query(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await query(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Takes a database away, with whoever is connected to it. */
export async function dropDatabase(serverUrl, databaseUrl) {
  const name = new URL(databaseUrl).pathname.slice(1);
  await query(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}
