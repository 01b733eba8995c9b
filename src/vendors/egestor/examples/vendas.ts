import type { Venda } from '../wire.ts'

export const labels = { xCampo1: 'Observações gerais', xCampo2: 'Laudo técnico', xCampo3: 'Placa', xCampo4: 'Origem' }

export const vendaRow: Venda = {
  codigo: 4,
  codContato: 7,
  nomeContato: 'Marcelo',
  codVendedor: 2,
  dtVenda: '2017-07-11',
  dtEntrega: '2017-07-12',
  dtCad: '2017-06-11 14:15:20',
  valorTotal: 505,
  valorFrete: 10,
  valorFinanc: 500,
  valorEntrada: 5,
  numParcelas: 1,
  codsNFe: [12],
  clienteFinal: 1,
  situacao: 50,
  situacaoOS: 'Entregue',
  tags: ['balcão'],
  ativo: true,
}

export const venda: Venda = {
  ...vendaRow,
  nomeVendedor: 'João',
  valorDesc: 5,
  valorDespesasAcessorias: 1.5,
  codsNFSe: [3],
  publicURL: 'https://example.com/venda/4',
  customizado: { xCampo1: 'Venda direta.', xCampo2: 'Sem defeito', xCampo3: 'ABC1D23', xCampo4: 'Loja' },
  produtos: [
    {
      codigo: 267,
      codProduto: 17,
      tipo: 'produto',
      preco: 500,
      custo: 110,
      custoCadProd: 110,
      quant: 1,
      vDesc: 5,
      valorIPI: 5,
      valorST: 0,
      valorFCPST: 0,
      obs: 'Embrulhar',
      descricao: 'Caneca preta',
      codigoProprio: '204',
    },
  ],
  financeiros: [{ codigo: 337, situacao: 20, dtVenc: '2017-07-11', valor: 505 }],
  despesas: [{ codigo: 9, valor: 1.5 }],
}
