import { cnpj, cpf } from '../documents.ts'
import type { Random } from '../random.ts'
import { pastDay } from './days.ts'
import { type Cliente, REGISTRATION_STATUSES } from './records.ts'

// No person or company is meant.
const owners = 'João da Silva,Maria Conceição,Antônio Brandão,Inês Galvão,Célia Figueiró,Otávio Peçanha,Lígia Noronha'.split(',')
const names = 'Mercado Aurora,Minimercado Ipê,Padaria Três Rios,Empório Jatobá,Mercearia Boa Vista,Quitanda do Zé,Açougue Várzea'.split(',')
const segments = 'MERCADINHO/MERCEARIA/ACOUGUE,PADARIA/CONFEITARIA,RESTAURANTE/LANCHONETE,SUPERMERCADO'.split(',')
const streets = 'Rua José Silva,Avenida Brasil,Rua das Acácias,Travessa do Comércio,Praça da Matriz'.split(',')
const districts = 'Centro,Parque Sul,Vila Nova,Água Verde,Bom Retiro'.split(',')
const days = 'Segunda-feira,Terça-feira,Quarta-feira,Quinta-feira,Sexta-feira'.split(',')
const rhythms = 'Semanalmente,Quinzenalmente,Mensalmente'.split(',')
const reasons = 'Fora da área de atendimento,Documentação incompleta,Restrição de crédito'.split(',')
/** City, state, area code, first digits of its CEPs. */
const cities = [
  ['São Paulo', 'SP', '11', '060'],
  ['Osasco', 'SP', '11', '060'],
  ['Canoas', 'RS', '51', '921'],
  ['Porto Alegre', 'RS', '51', '900'],
  ['Belo Horizonte', 'MG', '31', '301'],
  ['Recife', 'PE', '81', '500'],
] as const

/** Companies that other simulated vendors know too. */
const known = [
  { cnpj: '20122123000102', razao_social: 'Mirante Girassol Comércio de Alimentos Ltda', nome_fantasia: 'Mirante Girassol', city: 0 },
  { cnpj: '64484661000112', razao_social: 'Nascente Caminho Novo Informática Ltda', nome_fantasia: 'Caminho Novo', city: 2 },
  { cnpj: '11222333000181', razao_social: 'Padaria Exemplo Ltda', nome_fantasia: 'Padaria Exemplo', city: 3 },
]

const plain = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase()

function makeCliente(random: Random, at: number): Cliente {
  const company = known[at]
  const [cidade, uf, ddd, cep] = company ? cities[company.city]! : random.pick(cities)
  const status = REGISTRATION_STATUSES[at % 4]!
  const nome_fantasia = company?.nome_fantasia ?? `${random.pick(names)} ${at}`
  const contato = random.pick(owners)
  const mail = `${plain(nome_fantasia)}@exemplo.com.br`
  const isReviewed = status === 'Rejeitado' || status === 'Finalizado'
  const seller = random.between(1, 3)
  return {
    id: 165 + at,
    cnpj: company?.cnpj ?? cnpj(random),
    razao_social: company?.razao_social ?? `${nome_fantasia} Ltda`,
    nome_fantasia,
    ramo_atividade: random.pick(segments),
    data_fundacao: pastDay(random),
    cep: `${cep}${random.digits(5)}`,
    endereco: random.pick(streets),
    numero: at % 9 === 4 ? 's/n' : String(random.between(1, 2000)),
    complemento: at % 3 === 0 ? 'mercado de esquina' : '',
    bairro: random.pick(districts),
    cidade,
    uf,
    contato,
    telefone_1: `${ddd}9${random.digits(8)}`,
    email_nfe_1: `nfe.${mail}`,
    email_nfe_2: at % 2 === 0 ? mail : '',
    email_comercial: '',
    email_cobranca: at % 4 === 1 ? mail : '',
    obs_nota: '',
    observacao: at % 5 === 0 ? 'Contato direto com o proprietário' : '',
    data_avaliacao: isReviewed ? `${pastDay(random)} 20:00:00` : null,
    motivo: status === 'Rejeitado' ? random.pick(reasons) : null,
    status,
    // Twelve digits on some, as in the seed's sample.
    whatsapp: at % 7 === 0 ? `119900932${random.digits(3)}` : `${ddd}9${random.digits(8)}`,
    aceite_lgpd: at % 6 !== 5,
    aceite_lgpd_nome: at % 6 === 5 ? '' : contato,
    aceite_lgpd_cpf: at % 6 === 5 ? '' : cpf(random),
    inscricao_estadual: random.digits(11),
    visita_dia: random.pick(days),
    visita_frequencia: random.pick(rhythms),
    vendedor: { id: 19_000 + seller, email: `vendedor${seller}@exemplo.com.br`, codVendedor: `AB12${seller}` },
  }
}

export const makeClientes = (random: Random, count: number): Cliente[] => Array.from({ length: count }, (_, at) => makeCliente(random, at))
