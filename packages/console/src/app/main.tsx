import './styles.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from '../lib/client.ts';
import { meKey } from '../lib/session.ts';
import { App } from './app.tsx';

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended elsewhere: back to the sign-in at the same address.
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) queries.setQueryData(meKey, null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 2000,
      // Refusals do not get better by asking again; a gateway that is being restarted does.
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
