export interface City {
  codIBGE: string
  cidade: string
  uf: string
  /** Area code. */
  ddd: string
  /** The first three digits of its CEPs. */
  cep: string
}

/** Public codes: IBGE, area code, a CEP prefix. Enough cities for the data and for what tests write. */
const table = `
3550308 São Paulo SP 11 043|3550308 São Paulo SP 11 013|3550308 São Paulo SP 11 057|3518800 Guarulhos SP 11 070|3534401 Osasco SP 11 060
3547809 Santo André SP 11 090|3548708 São Bernardo do Campo SP 11 097|3525904 Jundiaí SP 11 132|3509502 Campinas SP 19 130
3548500 Santos SP 13 110|3543402 Ribeirão Preto SP 16 140|3552205 Sorocaba SP 15 180|3549904 São José dos Campos SP 12 122
3304557 Rio de Janeiro RJ 21 200|3303302 Niterói RJ 21 240|3303906 Petrópolis RJ 24 256|3106200 Belo Horizonte MG 31 301
3118601 Contagem MG 31 320|3136702 Juiz de Fora MG 32 360|3170206 Uberlândia MG 34 384|3205309 Vitória ES 27 290|3205200 Vila Velha ES 27 291
4106902 Curitiba PR 41 800|4113700 Londrina PR 43 860|4115200 Maringá PR 44 870|4104808 Cascavel PR 45 858|4205407 Florianópolis SC 48 880
4209102 Joinville SC 47 892|4202404 Blumenau SC 47 890|4204202 Chapecó SC 49 898|4314902 Porto Alegre RS 51 900|4304606 Canoas RS 51 921
4305108 Caxias do Sul RS 54 950|4314407 Pelotas RS 53 960|4316907 Santa Maria RS 55 970|5300108 Brasília DF 61 700|5208707 Goiânia GO 62 740
5201108 Anápolis GO 62 750|5103403 Cuiabá MT 65 780|5002704 Campo Grande MS 67 790|2927408 Salvador BA 71 400|2910800 Feira de Santana BA 75 440
2800308 Aracaju SE 79 490|2704302 Maceió AL 82 570|2611606 Recife PE 81 500|2609600 Olinda PE 81 530|2507507 João Pessoa PB 83 580
2504009 Campina Grande PB 83 584|2408102 Natal RN 84 590|2304400 Fortaleza CE 85 600|2211001 Teresina PI 86 640|2111300 São Luís MA 98 650
1501402 Belém PA 91 660|1600303 Macapá AP 96 689|1302603 Manaus AM 92 690|1400100 Boa Vista RR 95 693|1200401 Rio Branco AC 68 699
1100205 Porto Velho RO 69 768|1721000 Palmas TO 63 770`

export const cities: City[] = table
  .trim()
  .split(/[|\n]/)
  .map((line) => {
    const words = line.split(' ')
    const [uf, ddd, cep] = words.slice(-3) as [string, string, string]
    return { codIBGE: words[0]!, cidade: words.slice(1, -3).join(' '), uf, ddd, cep }
  })

const names = new Map(cities.map((city) => [city.codIBGE, city.cidade]))

/** The first two digits of a code are its state's (IBGE). */
const states: Record<string, string> = Object.fromEntries(
  (
    '11RO 12AC 13AM 14RR 15PA 16AP 17TO 21MA 22PI 23CE 24RN 25PB 26PE 27AL 28SE 29BA ' +
    '31MG 32ES 33RJ 35SP 41PR 42SC 43RS 50MS 51MT 52GO 53DF'
  )
    .split(' ')
    .map((pair) => [pair.slice(2), pair.slice(0, 2)]),
)

export const isState = (uf: string) => Object.hasOwn(states, uf)

/** Seven digits that belong to the state (D1: the UF must be that of the code). */
export const isCityOf = (codIBGE: string, uf: string) => /^\d{7}$/.test(codIBGE) && codIBGE.startsWith(states[uf] ?? '-')

/** Empty for a city that this table does not have. */
export const cityName = (codIBGE: string) => names.get(codIBGE) ?? ''
