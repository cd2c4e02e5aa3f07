/** Method and path of each operation by its name, taken out of the contract by the build (vite.config.ts). */
declare module 'virtual:operation-routes' {
  import type { Routes } from '@tollgate/contract/operations/declare';
  import type { Operations } from '@tollgate/contract/operations/list';
  const routes: Routes<Operations>;
  export default routes;
}
