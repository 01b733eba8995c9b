import type { Cliente } from '../wire.ts'

export const empresa = {
  codigo: 7,
  nome: 'Papelaria Exemplo Ltda',
  documento: '11.222.333/0001-81',
  email: 'contato@papelaria.exemplo.com.br',
  telefone: '(11) 98765-4321',
  cidade: 'São Paulo',
  uf: 'SP',
  observacao: 'Entregar à tarde',
} satisfies Cliente

export const pessoa = { ...empresa, codigo: 8, nome: 'Kaya Labadie', documento: '529.982.247-25' } satisfies Cliente
