"""The labels of invoices in Italian, Spanish, Portuguese and Polish, written as in `agent.parsers.lexers.label_patterns`."""

from __future__ import annotations

from collections.abc import Mapping

FURTHER: Mapping[str, tuple[str, ...]] = {
    "number": (
        "fattura|documento|nota_credito|ricevuta no|n|numero", "no|n|numero fattura|documento|doc", "fattura", "fattura immediata|accompagnatoria|differita|vendita n|no?", "no doc", "parcella no|n?", "avviso parcella no|n?", "nota credito",
        "factura no|n|numero|simplificada_no", "no|n|numero factura|fra|documento", "fra no|n", "factura", "factura recibo no?", "factura venta no?", "nota abono", "factura rectificativa no?", "abono no", "codigo factura",
        "fatura no|n|numero?", "fatura recibo no?", "no|numero fatura|documento", "nota credito no",
        "faktura vat? no", "faktura vat", "no|numer faktury|dokumentu", "numer",
    ),
    "issue_date": (
        "data fattura|documento|emissione|doc|fatturazione", "data", "emessa", "emessa il",
        "fecha factura|emision|expedicion|documento|fra", "fecha", "emitida", "fecha emision factura",
        "data fatura|emissao|documento", "data wystawienia", "wystawiono", "data wystawienia faktury",
    ),
    "due_date": (
        "scadenza", "scadenze", "scad", "data scadenza|pagamento|scadenza_pagamento fattura?", "da pagare|saldare entro", "pagamento|pagare|scadente entro", "entro", "termine pagamento", "scadenza rata|pagamento", "pagabile entro",
        "vencimiento", "vencimientos", "vto", "vence", "fecha vencimiento|pago|vto|limite_pago|limite", "a pagar antes", "pagar|pago antes", "pagadero antes|hasta", "limite pago", "vencimiento factura|pago", "con vencimiento",
        "vencimento", "data vencimento|limite_pagamento|limite", "pagar ate", "pagamento ate", "termin|data platnosci|zaplaty", "platne do",
    ),
    "terms": ("pagamento", "condizioni|modalita|termini|metodo pagamento", "forma|condiciones|metodo|plazo|medio|modo pago", "condicoes|forma pagamento", "sposob|warunki platnosci|zaplaty"),
    "total": (
        "totale|importo fattura|documento|complessivo|generale|totale|lordo|ivato|iva_inclusa|con_iva|iva_compresa", "totale fattura iva_inclusa|ivato|lordo?",
        "total|importe factura|con_iva|iva_incluido|iva_incluida|general|importe|total|documento", "total factura iva_incluido?",
        "total documento|com_iva|fatura|geral", "valor total", "kwota brutto", "razem|wartosc|suma brutto", "ogolem",
    ),
    "plain_total": ("totale", "importo", "importe", "razem", "suma", "totais"),
    "amount_due": (
        "netto|totale|importo|saldo|resto? a|da pagare|versare|bonificare", "totale|importo|saldo dovuto|residuo", "saldo fattura|finale", "residuo", "totale netto a|da pagare",
        "total|importe|liquido|neto|saldo|resto? a pagar|percibir|abonar|ingresar|pagar_transferencia", "importe|total|saldo pendiente pago?", "pendiente pago|cobro", "liquido", "total liquido",
        "total|valor|montante? a pagar|liquidar|receber", "saldo em divida", "do zaplaty", "kwota|razem|pozostaje? do zaplaty",
    ),
    "net": (
        "imponibile", "totale|base|importo imponibile|netto|merce|servizi|imponibili", "netto merce", "imponibile iva|totale", "subtotale", "totale competenze|prestazioni",
        "base imponible|imponibles", "suma", "subtotal", "importe|total|suma neto|bruto|base|sin_iva|antes_impuestos", "total base imponible?", "base", "neto",
        "total iliquido|sem_iva|incidencia", "incidencia", "valor iliquido", "wartosc|kwota|razem|suma netto",
    ),
    "vat": (
        "iva", "i v a", "totale|importo|tot iva|imposta", "imposta", "iva totale", "importe|cuota|total|cuotas iva|i_v_a", "cuota", "total impuestos", "impuestos", "valor|total iva|impostos", "kwota|podatek|razem vat", "podatek",
    ),
    "deposit": (
        "acconto|acconti versato|versati|ricevuto|gia_versato|fatturato", "acconto", "acconti", "anticipo", "anticipi", "gia pagato|versato", "pagato", "caparra", "meno acconto|anticipo",
        "anticipo|anticipos recibido|entregado|pagado|facturado|a_cuenta", "a cuenta", "pago|pagos|entrega|entregas|entregado a cuenta", "pagado", "ya pagado|abonado", "total pagado", "menos anticipo", "senal",
        "adiantamento", "adiantamentos", "ja pago", "zaliczka", "zaplacono", "wplacono",
    ),
    "allowance": ("sconto", "sconti", "spese trasporto", "bollo", "marca da bollo", "descuento", "descuentos", "dto", "portes", "gastos envio", "retencion", "retencion irpf", "irpf", "ritenuta", "ritenuta acconto", "desconto", "rabat"),
    "iban": ("conto corrente|bancario", "coordinate bancarie", "cuenta bancaria|corriente", "no? cuenta", "domiciliacion bancaria", "datos bancarios", "conta bancaria", "no? konta", "no rachunku", "rachunek bankowy", "konto bankowe", "banca appoggio"),
    "bic": ("codice bic|swift", "codigo bic|swift"),
    "currency": ("moneda", "divisa", "moeda", "waluta"),
    "payment_reference": ("causale", "causale bonifico|pagamento|versamento", "seguente causale", "concepto transferencia|pago", "referencia pago|transferencia", "siguiente referencia", "indicando referencia|numero", "referencia multibanco", "tytul|tytulem przelewu|platnosci", "riferimento pagamento"),
    "customer_number": ("codice|cod cliente", "cliente no|n|codice|cod", "no|codigo|cod|numero cliente", "codigo cliente", "no klienta", "cod cli"),
    "order_number": ("vs|vostro|rif|no|n ordine", "ordine no|n", "vs rif", "rif vs? ordine", "su|no|n|ref pedido", "pedido no|n", "su referencia", "sua encomenda", "no zamowienia", "zamowienie no", "cig", "cup", "contratto", "no expediente"),
    "delivery_date": ("data ddt|consegna|trasporto|prestazione|ordine", "fecha entrega|prestacion|servicio|pedido|operacion|albaran", "data entrega|sprzedazy|dostawy|dostawy_uslugi|wykonania_uslugi", "data sprzedazy"),
    "period": ("periodo", "periodo fatturazione|facturacion|riferimento|servicio", "okres", "periodo facturado"),
    "seller": (
        "fornitore", "cedente", "cedente prestatore", "prestatore", "mittente", "emittente", "intestatario conto|iban", "intestato a", "beneficiario",
        "emisor", "proveedor", "datos|informacion emisor|empresa|vendedor|fiscales_emisor|proveedor", "vendedor", "expedidor", "titular", "titular cuenta", "acreedor",
        "emitente", "fornecedor", "prestador", "sprzedawca", "wystawca", "sprzedajacy",
    ),
    "buyer": (
        "cliente", "spett le", "spettle", "spettabile", "spett", "egr sig", "gent sig ra", "gent ma sig ra", "destinatario", "cessionario", "cessionario committente", "committente", "intestatario", "intestatario fattura", "fatturare a", "fatturato a", "intestata a", "dati cliente", "cliente intestatario",
        "facturar|facturado a", "datos|informacion cliente|facturacion|receptor|comprador|fiscales", "receptor", "comprador", "adquirente", "cliente datos", "destinatario factura", "exmo sr", "exmos srs", "exmo s sr s", "exmos senhores", "exmo a senhor", "nabywca", "kupujacy", "odbiorca", "pagabile da", "pagadero por",
    ),
    "elsewhere": ("destinazione", "luogo consegna|destinazione", "destinazione merce", "indirizzo consegna|spedizione", "enviar a", "direccion entrega|envio", "lugar entrega", "local descarga|entrega", "carga", "vettore", "dostawa"),
    "vat_number": (
        "p iva", "piva", "partita iva", "part iva", "cf p iva|piva", "c f p iva", "codice fiscale p_iva|partita_iva", "p iva c f", "p iva codice fiscale", "p iva cf", "id fiscale iva", "n iva",
        "nif", "cif", "n i f", "c i f", "nif iva", "nif cif", "cif nif", "no iva", "nipc", "contribuinte", "contribuinte no", "no contribuinte", "nip", "nif emisor",
    ),
    "buyer_vat": ("nif|cif|p_iva|piva|partita_iva cliente", "su nif|cif", "nip nabywcy", "v no contribuinte", "nif comprador|receptor"),
    "enterprise": ("rea", "codice fiscale", "cod fisc", "registro imprese", "regon", "krs"),
    "carried": ("riporto", "a riportare", "suma y sigue", "suma anterior", "a transportar", "do przeniesienia", "z przeniesienia"),
}  # fmt: skip
