/** Fields of vendors and aggregators by which another model, another host, or something beside the model answers. */
export const routingFields = ['models', 'route', 'provider', 'plugins', 'preset', 'extra_body'] as const;

/** Searches that are asked for by a field, and not by a tool whose use the answer reports. */
export const searchFields = ['web_search_options', 'search_parameters', 'search_options', 'enable_search'] as const;

/** Fields that are left out of requests because they may cost more than is priced, unless a channel or a key lets them pass. */
export const costlyFieldNames = [...routingFields, 'fallbacks', ...searchFields] as const;
