import { z } from 'zod';
import { permissionNames } from '../permissions.ts';

/** A permission by its name, such as `channels:write`. */
export const permissionSchema = z.enum(permissionNames);
