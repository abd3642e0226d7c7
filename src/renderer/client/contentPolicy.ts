import { config } from 'zod';

// The page's content security policy forbids code made from strings, which zod would try to make of each
// schema. Imported before any module that has one.
config({ jitless: true });
