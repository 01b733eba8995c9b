import type { Contato } from '../wire.ts'

export const pessoaRow = {
  codigo: '324',
  tipo: ['cliente', 'fornecedor', 'transportadora'],
  nome: 'Kaya Labadie',
  fantasia: 'Kaya',
  nomeParaContato: 'Elfrieda Labadie',
  cpfcnpj: '52998224725',
  dtNasc: '1992-02-13',
  dtCad: '2017-01-15 11:20:15',
  emails: ['kaya@example.com'],
  fones: ['(11) 98765-4321'],
  cep: '04320040',
  logradouro: 'Rua Exemplo lado ímpar',
  numero: '999',
  complemento: 'Sala 2',
  bairro: 'Centro',
  cidade: 'São Paulo',
  uf: 'SP',
  clienteFinal: true,
  indicadorIE: 1,
  inscricaoMunicipal: '12345',
  inscricaoEstadual: '110042490114',
  obs: 'Prefere contato à tarde',
  tags: ['vip'],
} satisfies Contato

/** One date is the birth of a person and the founding of a company. */
export const empresaRow = {
  ...pessoaRow,
  codigo: '325',
  nome: 'Papelaria Exemplo Ltda',
  fantasia: 'Papelaria Exemplo',
  cpfcnpj: '11222333000181',
  dtNasc: '2001-05-20',
} satisfies Contato

/** A list cannot be asked for these (D1). */
const beyondLists = {
  codIBGE: '3550308',
  pais: 'Brasil',
  inscricaoEstadualST: '110042490115',
  suframa: '201234567',
  cepEntrega: '04320040',
  cpfCnpjEntrega: '52998224725',
  logradouroEntrega: 'Rua da Entrega',
  numeroEntrega: '10',
  complementoEntrega: 'Fundos',
  bairroEntrega: 'Centro',
  codIBGEEntrega: '3550308',
  cidadeEntrega: 'São Paulo',
  ufEntrega: 'SP',
  pontoRefEntrega: 'Ao lado da praça',
  inscEstadualEntrega: '110042490114',
  fonesEntrega: '1133334444,1133335555',
  emailsEntrega: 'entrega@example.com',
} satisfies Contato

export const pessoa: Contato = { ...pessoaRow, ...beyondLists }

export const empresa: Contato = { ...empresaRow, ...beyondLists }
