import type { ProductView } from '@latchkey/sdk';
import type { Command } from 'commander';
import type { Column } from '../terminal/table.js';
import { showList } from './lists.js';
import { example, running } from './running.js';

const columns: readonly Column<ProductView>[] = [
  { title: 'slug', of: ({ slug }) => slug },
  { title: 'name', of: ({ name }) => name },
  { title: 'built in', of: ({ built_in }) => (built_in ? 'yes' : 'no') },
  { title: 'description', of: ({ description }) => description },
];

/** `latchkey products`. */
export function addProducts(program: Command): void {
  const products = program.command('products').description('what access is granted to');
  products
    .command('list')
    .description('list what access can be granted to')
    .addHelpText('after', example('latchkey products list'))
    .action(
      running(async (context) => {
        const { products: all } = await context.latchkey();
        await showList(context, all.all(), columns, { noun: 'product' });
      }),
    );
}
