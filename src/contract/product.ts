import { type Static, Type } from 'typebox'
import * as field from './fields.ts'
import { Nullable, OneOf } from './fields.ts'

/** Something that is sold: goods, a service, or a combination of them. */
export const Product = Type.Object(
  {
    ...field.identity,
    kind: OneOf(['product', 'service', 'combo', 'unknown'], { description: 'Goods, a service, or several sold as one.' }),
    name: Nullable(field.Text('Name or short description.')),
    sku: Nullable(field.Text("The business's own code.", 200)),
    barcode: Nullable(field.Text('EAN or GTIN.', 100)),
    description: Nullable(field.Words('Longer text.')),
    unit: Nullable(field.Text('Unit it is sold in, such as UN, KG, CX.', 60)),
    price: Nullable(field.Money('Sale price of one unit.')),
    minimumPrice: Nullable(field.Money('Lowest price allowed.')),
    maximumPrice: Nullable(field.Money('Highest price allowed.')),
    cost: Nullable(field.Money('What one unit costs the business.')),
    currency: field.Currency,
    active: Nullable(Type.Boolean({ description: 'Can be sold.' })),
    stock: Nullable(
      Type.Object(
        {
          tracked: Nullable(Type.Boolean({ description: 'Whether the vendor keeps count.' })),
          quantity: Nullable(field.Quantity('Units at hand.')),
          minimum: Nullable(field.Quantity('Units below which to buy again.')),
        },
        { additionalProperties: false },
      ),
    ),
    category: field.Named('Category.'),
    brand: Nullable(field.Text('Brand.')),
    manufacturer: Nullable(field.Text('Manufacturer.')),
    fiscal: Nullable(
      Type.Object(
        {
          ncm: Nullable(field.Text('NCM code.', 20)),
          cest: Nullable(field.Text('CEST code.', 20)),
          origin: Nullable(field.Text('Origin of the goods (origem fiscal), 0 to 8.', 20)),
          exTipi: Nullable(field.Text('Exception to the IPI table.', 20)),
          taxGroupId: Nullable(field.Text("The vendor's group of taxes.", 128)),
          serviceCode: Nullable(field.Text('Item of the list of services (LC 116).', 20)),
          cnae: Nullable(field.Text('CNAE code.', 20)),
        },
        { additionalProperties: false },
      ),
    ),
    weight: Nullable(
      Type.Object(
        { gross: Nullable(field.Quantity('Gross weight, in kilograms.')), net: Nullable(field.Quantity('Net weight, in kilograms.')) },
        { additionalProperties: false },
      ),
    ),
    packSize: Nullable(field.Quantity('Units in one pack.')),
    expiresOn: Nullable(field.Day('Expiry of the goods.')),
    images: Type.Array(field.Text('URL.', 4000), { maxItems: 100, description: 'URLs of pictures.' }),
    tags: field.Tags,
    notes: field.Notes,
    customFields: field.CustomFields,
    ...field.timestamps,
    ...field.raw,
  },
  { $id: 'Product', additionalProperties: false },
)

export type Product = Static<typeof Product>
