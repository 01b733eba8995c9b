import { alphanumericCnpj, cnpj, cpf, spoiled } from '../documents.ts'
import { createRandom, type Random } from '../random.ts'
import { type City, cities } from './cities.ts'
import { addDays, dataDay } from './dates.ts'
import { type Contato, createTable, type Table, type Tipo } from './records.ts'
import { companyWords, contatoTags, districts, firstNames, lastNames, streets, trades } from './words.ts'

interface Company {
  nome: string
  fantasia: string
  cpfcnpj: string
}

/** Companies that both stores know, by the same CNPJ. */
const sharedCompanies: Company[] = Array.from({ length: 18 }, (_, at) => company(createRandom(9_000 + at)))

/** Contacts of one store. Every trap is a rule over the code, so that each store has every one of them. */
export function makeContatos(random: Random, count: number): Table<Contato> {
  const table = createTable<Contato>()
  for (let code = 1; code <= count; code += 1) table.rows.set(code, contato(random, code, count))
  const complete = table.rows.get(324)
  if (complete) fillEveryMember(complete)
  for (let code = 57; code <= count; code += 57) table.deleted.add(code)
  return table
}

function contato(random: Random, code: number, count: number): Contato {
  const shared = code % 6 === 2 ? sharedCompanies[(code - 2) / 6] : undefined
  const registered = addDays(dataDay, -730 + Math.floor((code * 729) / count))
  const newCompany = code % 8 === 4 && registered >= '2026-07-27'
  const isCompany = shared !== undefined || newCompany || random.chance(0.55)
  const city = random.pick(cities)
  const person = `${random.pick(firstNames)} ${random.pick(lastNames)} ${random.pick(lastNames)}`
  const known = shared ?? (isCompany ? company(random) : { nome: person, fantasia: '', cpfcnpj: cpf(random) })
  const site = (known.fantasia || known.nome)
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
  const contact = isCompany ? `${random.pick(firstNames)} ${random.pick(lastNames)}` : ''
  const mail = isCompany ? [`financeiro@${site}.exemplo.com.br`, `compras@${site}.exemplo.com.br`] : [`${site}@exemplo.com.br`]
  const address = random.chance(0.93)
  const taxpayer = isCompany && random.chance(0.6)
  return {
    codigo: String(code),
    tipo: roles(code),
    nome: known.nome.slice(0, 60),
    fantasia: known.fantasia,
    nomeParaContato: contact,
    cpfcnpj: shared ? known.cpfcnpj : newCompany ? alphanumericCnpj(random) : taxId(code, known.cpfcnpj),
    clienteFinal: !isCompany,
    indicadorIE: code % 13 === 5 ? 0 : taxpayer ? 1 : isCompany ? 2 : 9,
    inscricaoEstadual: taxpayer ? random.digits(12) : '',
    inscricaoEstadualST: '',
    inscricaoMunicipal: isCompany && random.chance(0.3) ? random.digits(7) : '',
    suframa: city.uf === 'AM' && isCompany ? random.digits(9) : '',
    emails: emails(code, mail.slice(0, random.between(code % 10 === 0 ? 0 : 1, mail.length))),
    fones: phones(random, code, city),
    logradouro: address ? random.pick(streets) : '',
    numero: address ? (random.chance(0.06) ? 's/n' : String(random.between(1, 3200))) : '',
    complemento: address && random.chance(0.25) ? random.pick(['Sala 3', 'Apto 42', 'Fundos', 'Loja B', 'Galpão 2']) : '',
    bairro: address ? random.pick(districts) : '',
    cidade: address ? city.cidade : '',
    codIBGE: address ? city.codIBGE : '',
    uf: address ? city.uf : '',
    cep: address ? cep(code, `${city.cep}${random.digits(5)}`) : '',
    pais: address && random.chance(0.3) ? 'Brasil' : '',
    tags: tags(random, code),
    obs: random.chance(0.15) ? 'Prefere contato pela manhã.\nNão ligar às sextas.' : '',
    dtNasc: isCompany
      ? ''
      : code % 17 === 0
        ? '0000-00-00'
        : `${random.between(1945, 2004)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`,
    dtCad:
      code % 29 === 0
        ? '0000-00-00 00:00:00'
        : `${registered} ${two(random.between(8, 18))}:${two(random.between(0, 59))}:${two(random.between(0, 59))}`,
    ...delivery(random, code, city),
  }
}

/** Of nine contacts one is never a customer. */
function roles(code: number): Tipo[] {
  if (code % 9 === 8) return code % 2 === 0 ? ['fornecedor'] : ['transportadora']
  if (code % 10 === 3) return ['cliente', 'fornecedor']
  return ['cliente']
}

function company(random: Random): Company {
  const fantasia = `${random.pick(companyWords)} ${random.pick(companyWords)}`
  return { nome: `${fantasia} ${random.pick(trades)} Ltda`.slice(0, 60), fantasia, cpfcnpj: cnpj(random) }
}

/** Two wrong ones, and some that were left out. */
function taxId(code: number, document: string): string {
  if (code === 49 || code === 91) return spoiled(document)
  return code % 23 === 0 ? '' : document
}

/** Objects on some rows, under one of three names (F1, F4). */
function emails(code: number, values: string[]): Contato['emails'] {
  const name = { 4: 'email', 5: 'valor', 6: 'endereco' }[code % 12]
  return name ? values.map((value) => ({ [name]: value })) : values
}

/** Formats as people type them; objects on some rows, under one of four names (F1, F4). */
function phones(random: Random, code: number, { ddd }: City): Contato['fones'] {
  const mobile = `9${random.digits(8)}`
  const line = `3${random.digits(7)}`
  const spellings = [
    `(${ddd}) ${mobile.slice(0, 5)}-${mobile.slice(5)}`,
    `${ddd}${mobile}`,
    `(${ddd}) ${line.slice(0, 4)}-${line.slice(4)}`,
    `+55 ${ddd} ${mobile.slice(0, 5)} ${mobile.slice(5)}`,
    `0${ddd} ${line}`,
    `${ddd} ${line.slice(0, 4)}.${line.slice(4)}`,
  ]
  const values = code % 14 === 0 ? [] : [spellings[code % 6]!, ...(random.chance(0.3) ? [spellings[(code + 1) % 6]!] : [])]
  const name = { 3: 'fone', 5: 'telefone', 7: 'numero', 9: 'valor' }[code % 16]
  return name ? values.map((value) => ({ [name]: value })) : values
}

/** A number on some rows, which loses a left zero (seed). */
const cep = (code: number, digits: string) => (code % 5 === 0 ? Number(digits) : digits)

/** Several tags in one text on some rows (D1). */
function tags(random: Random, code: number): string[] {
  const chosen = [...new Set([random.pick(contatoTags), random.pick(contatoTags)])]
  if (code % 11 === 2) return [chosen.join(',')]
  return random.chance(0.4) ? chosen : []
}

function delivery(random: Random, code: number, city: City) {
  const has = code % 19 === 1
  return {
    cpfCnpjEntrega: '',
    logradouroEntrega: has ? random.pick(streets) : '',
    numeroEntrega: has ? String(random.between(1, 900)) : '',
    complementoEntrega: '',
    bairroEntrega: has ? random.pick(districts) : '',
    codIBGEEntrega: has ? city.codIBGE : '0',
    cidadeEntrega: has ? city.cidade : '',
    ufEntrega: has ? city.uf : '',
    cepEntrega: has ? Number(`${city.cep}${random.digits(5)}`) : 0,
    pontoRefEntrega: has ? 'Portão azul' : '',
    inscEstadualEntrega: '',
    fonesEntrega: has ? `(${city.ddd}) 3${random.digits(3)}-${random.digits(4)}` : '',
    emailsEntrega: '',
  }
}

/** Contact 324 has a value in every member. */
function fillEveryMember(row: Contato): void {
  Object.assign(row, {
    tipo: ['cliente', 'fornecedor'],
    nome: 'Mirante Girassol Comércio de Alimentos Ltda',
    fantasia: 'Mirante Girassol',
    nomeParaContato: 'Inês Galvão',
    cpfcnpj: cnpj(createRandom(324)),
    clienteFinal: true,
    indicadorIE: 1,
    inscricaoEstadual: '110042490114',
    inscricaoEstadualST: '250883481',
    inscricaoMunicipal: '3844921',
    suframa: '201234567',
    emails: ['financeiro@mirante.exemplo.com.br', 'compras@mirante.exemplo.com.br'],
    fones: ['(11) 98765-4321', '(11) 3456-7890'],
    logradouro: 'Rua das Acácias',
    numero: '999',
    complemento: 'Sala 3',
    bairro: 'Jardim América',
    cidade: 'São Paulo',
    codIBGE: '3550308',
    uf: 'SP',
    cep: 4320040,
    pais: 'Brasil',
    tags: ['atacado,vip'],
    obs: 'Entregar pela doca 2.',
    dtNasc: '1992-02-13',
    dtCad: '2026-03-12 09:41:07',
    cpfCnpjEntrega: '',
    logradouroEntrega: 'Avenida Beira Rio',
    numeroEntrega: '120',
    complementoEntrega: 'Galpão 2',
    bairroEntrega: 'Centro',
    codIBGEEntrega: '4304606',
    cidadeEntrega: 'Canoas',
    ufEntrega: 'RS',
    cepEntrega: '92120555',
    pontoRefEntrega: 'Prédio branco',
    inscEstadualEntrega: '0963456789',
    fonesEntrega: '(51) 3344-5566,(51) 99887-7665',
    emailsEntrega: 'doca@mirante.exemplo.com.br,portaria@mirante.exemplo.com.br',
  } satisfies Partial<Contato>)
  row.cpfCnpjEntrega = row.cpfcnpj
}

export const two = (value: number) => String(value).padStart(2, '0')
