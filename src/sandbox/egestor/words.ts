/** Word lists; no person or company is meant. */
const list = (words: string) => words.split(',')

export const firstNames = list(
  'Adriana,Álvaro,Amanda,Antônio,Beatriz,Bruno,Camila,Cauê,Célia,Daniel,Débora,Diego,Elisa,Estêvão,Fabiana,Gabriel,Helena,Heloísa,Igor,Inês,João,Joana,Júlio,Laís,Leandro,Lígia,Luís,Márcia,Mateus,Mônica,Nádia,Otávio,Patrícia,Paulo,Raíssa,Renato,Simone,Tânia,Thiago,Vânia,Vinícius,Yara',
)
export const lastNames = list(
  'Abrantes,Aguiar,Assunção,Barcelos,Bragança,Brandão,Camargo,Conceição,Coutinho,Damasceno,Esteves,Falcão,Figueiró,Galvão,Guimarães,Leitão,Magalhães,Mourão,Muniz,Noronha,Paixão,Peçanha,Pimentel,Quintão,Rezende,Salomão,Sampaio,Siqueira,Taveira,Teles,Valadão,Vilela,Ximenes',
)
export const companyWords = list(
  'Aurora,Bela Vista,Caminho Novo,Canto Verde,Cedro,Colina,Divisa,Estação,Farol,Girassol,Horizonte,Ipê,Jatobá,Lagoa Azul,Mirante,Nascente,Oriente,Pedra Alta,Pinhão,Ponte Nova,Primavera,Recanto,Ribeirão,Serra Dourada,Sítio Velho,Três Rios,Vale do Sol,Várzea',
)
export const trades = list(
  'Comércio de Alimentos,Papelaria,Materiais de Construção,Mercearia,Padaria e Confeitaria,Móveis,Autopeças,Informática,Confecções,Farmácia,Restaurante,Hortifrúti,Pet Shop,Ótica,Floricultura',
)
export const streets = list(
  'Rua das Acácias,Avenida Brasil,Rua Coronel Aurélio,Travessa do Comércio,Rua São João,Avenida das Nações,Rua da Conceição,Alameda dos Ipês,Rua Sete de Setembro,Rodovia dos Bandeirantes,Praça da Matriz,Rua Padre Antônio,Rua Quinze de Novembro,Avenida Beira Rio',
)
export const districts = list(
  'Centro,Jardim América,Vila Nova,São José,Boa Esperança,Santa Luzia,Parque Industrial,Água Verde,Bom Retiro,Liberdade',
)
export const contatoTags = list('atacado,varejo,vip,inadimplente,indicação,feira,região sul,e-commerce,café')
export const vendaTags = list('balcão,entrega,promoção,natal,site,urgente')
export const productNouns = list(
  'Caneca,Café torrado,Açúcar mascavo,Caderno,Lápis de cor,Mochila,Panela,Garrafa térmica,Toalha,Lençol,Lâmpada,Pão de queijo,Sabão,Feijão,Arroz,Martelo,Cadeira,Luminária,Fone de ouvido,Teclado',
)
export const productKinds = list(
  'preta,clássica,premium,infantil,500 g,1 kg,grande,pequena,dobrável,reforçada,azul,orgânica,sem açúcar,profissional',
)
export const serviceNames = list(
  'Manutenção agendada,Instalação elétrica,Limpeza técnica,Entrega expressa,Montagem de móveis,Consultoria fiscal,Treinamento,Conserto de panela,Afiação,Pintura,Visita técnica,Suporte remoto,Locação de toalhas,Garantia estendida,Embalagem para presente,Avaliação,Higienização,Calibração,Projeto,Frete próprio',
)
export const categoryNames = list('Alimentação,Papelaria,Cama mesa e banho,Utilidades,Ferramentas,Eletrônicos,Móveis,Limpeza')
/** The documented ones, and what accounts add themselves (F2). */
export const orderStates = list('Em espera,Em execução,Finalizada,Entregue,Faturado,Faturado + boleto,')
