import { type Static, Type } from 'typebox'
import { PRODUCT_TYPES } from './words.ts'

// What the vendor's pages leave open. Each has a default, and a line in the README.

const Id = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^\\d{1,15}$' })])
const Path = (value: string) => Type.Optional(Type.String({ pattern: '^/[A-Za-z0-9/_-]+$', maxLength: 200, default: value }))
const SalePath = (value: string) =>
  Type.Optional(Type.String({ pattern: '^/[A-Za-z0-9/_-]*\\{id\\}[A-Za-z0-9/_-]*$', maxLength: 200, default: value }))
const Key = (value: string) => Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_]+$', maxLength: 60, default: value }))

const PATHS = {
  companies: '/api/v3/companies',
  customers: '/api/v3/customers',
  products: '/api/v3/products',
  categories: '/api/v3/categories',
  units: '/api/v3/units',
  saleOrders: '/api/v3/sale-orders',
  sales: '/api/v3/sales',
  saleIncomes: '/api/v3/sales/{id}/incomes',
  transactions: '/api/v3/financial/transactions',
}

const KEYS = {
  customers: 'customers',
  products: 'products',
  categories: 'categories',
  saleOrders: 'sale_orders',
  sales: 'sales',
  saleIncomes: 'sale_incomes',
  transactions: 'financial_transactions',
}

const TOKEN_URL = 'https://erp.connectplug.com.br/oauth/token'

export const Settings = Type.Object(
  {
    baseUrl: Type.Optional(Type.String({ description: 'Host of the API.' })),
    tokenUrl: Type.Optional(Type.String({ pattern: '^https?://', default: TOKEN_URL, description: 'Where to log in.' })),
    companyId: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('auto')], {
        default: 'auto',
        description: 'Company within the store; auto where there is one only.',
      }),
    ),
    schema: Type.Optional(Type.String({ maxLength: 200, description: "The store's schema, for people and for support; it is not sent." })),
    token: Type.Optional(
      Type.Object(
        {
          usernameField: Type.Optional(
            Type.Union([Type.Literal('username'), Type.Literal('email'), Type.Literal('both')], {
              default: 'username',
              description: 'Member of the login that carries the user.',
            }),
          ),
          scope: Type.Optional(Type.String({ maxLength: 1000, description: 'Sent with the login where it is set.' })),
          bodyFormat: Type.Optional(
            Type.Union([Type.Literal('json'), Type.Literal('form')], { default: 'json', description: 'How the login is sent.' }),
          ),
          ttlFallbackSeconds: Type.Optional(
            Type.Integer({ minimum: 60, maximum: 86_400, default: 3600, description: 'Life of a token where the reply names none.' }),
          ),
          useRefreshToken: Type.Optional(
            Type.Boolean({
              default: false,
              description: 'Renew by the refresh token, where one comes, before the password is sent again.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    salesSource: Type.Optional(
      Type.Union([Type.Literal('sale-orders'), Type.Literal('sales')], {
        default: 'sale-orders',
        description: 'What sales are: orders, or the sales that closed orders became, which are assumed and can only be read.',
      }),
    ),
    receivablesSource: Type.Optional(
      Type.Union([Type.Literal('transactions'), Type.Literal('sale-incomes')], {
        default: 'transactions',
        description: 'What receivables are: transactions of type income, or the incomes of each sale, which are assumed.',
      }),
    ),
    pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50, description: 'Rows to ask for on a page.' })),
    maxPageSize: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'Most rows that CPlug gives on a page.' }),
    ),
    paths: Type.Optional(
      Type.Object(
        {
          companies: Path(PATHS.companies),
          customers: Path(PATHS.customers),
          products: Path(PATHS.products),
          categories: Path(PATHS.categories),
          units: Path(PATHS.units),
          saleOrders: Path(PATHS.saleOrders),
          sales: Path(PATHS.sales),
          saleIncomes: SalePath(PATHS.saleIncomes),
          transactions: Path(PATHS.transactions),
        },
        { additionalProperties: false, description: 'Paths under baseUrl.' },
      ),
    ),
    keys: Type.Optional(
      Type.Object(
        {
          customers: Key(KEYS.customers),
          products: Key(KEYS.products),
          categories: Key(KEYS.categories),
          saleOrders: Key(KEYS.saleOrders),
          sales: Key(KEYS.sales),
          saleIncomes: Key(KEYS.saleIncomes),
          transactions: Key(KEYS.transactions),
        },
        { additionalProperties: false, description: 'Members of `data` that hold the rows of a list.' },
      ),
    ),
    defaults: Type.Optional(
      Type.Object(
        {
          productType: Type.Optional(
            Type.Union(
              PRODUCT_TYPES.map((type) => Type.Literal(type)),
              { default: 'simple' },
            ),
          ),
          categoryId: Type.Optional(Id),
          unitId: Type.Optional(Id),
        },
        { additionalProperties: false, description: 'What CPlug requires of a product and a record may lack.' },
      ),
    ),
  },
  { additionalProperties: false },
)

type Given = Static<typeof Settings> & { enable?: readonly string[] }

/** The lists, by the names that `paths` and `keys` have for them. */
export type ListName = keyof typeof KEYS

/** Settings as they are in force. */
export function settingsOf(given: Readonly<Record<string, unknown>>) {
  const {
    tokenUrl = TOKEN_URL,
    companyId = 'auto',
    token,
    salesSource,
    pageSize = 50,
    maxPageSize = 100,
    paths,
    keys,
    enable,
  } = given as Given
  return {
    tokenUrl,
    companyId,
    usernameField: token?.usernameField ?? 'username',
    scope: token?.scope,
    isForm: token?.bodyFormat === 'form',
    ttlFallbackSeconds: token?.ttlFallbackSeconds ?? 3600,
    useRefreshToken: token?.useRefreshToken ?? false,
    isOfSales: salesSource === 'sales',
    perPage: Math.min(pageSize, maxPageSize),
    paths: { ...PATHS, ...paths },
    keys: { ...KEYS, ...keys },
    enable: enable ?? [],
  }
}
