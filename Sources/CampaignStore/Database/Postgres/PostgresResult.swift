import CPostgres
import CampaignModel
import Foundation

/// The types that come and go, by the numbers that every PostgreSQL gives them.
enum PostgresType {
    static let bool: Oid = 16
    static let bytes: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let oid: Oid = 26
    static let numeric: Oid = 1700
}

/// One row of a result in binary form; valid as long as the result is.
struct PostgresRow: SQLRow {
    let result: OpaquePointer
    let row: Int32

    private func value(_ column: Int) -> UnsafeRawBufferPointer? {
        let column = Int32(column)
        guard column < PQnfields(result), PQgetisnull(result, row, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
    }

    func integer(_ column: Int) -> Int64? {
        guard let value = value(column) else { return nil }
        switch PQftype(result, Int32(column)) {
        case PostgresType.int8 where value.count == 8:
            return Int64(bigEndian: value.loadUnaligned(as: Int64.self))
        case PostgresType.int4 where value.count == 4:
            return Int64(Int32(bigEndian: value.loadUnaligned(as: Int32.self)))
        case PostgresType.int2 where value.count == 2:
            return Int64(Int16(bigEndian: value.loadUnaligned(as: Int16.self)))
        case PostgresType.oid where value.count == 4:
            return Int64(UInt32(bigEndian: value.loadUnaligned(as: UInt32.self)))
        case PostgresType.bool: return value.first.map { $0 == 0 ? 0 : 1 }
        case PostgresType.numeric: return Self.whole(numeric: value)
        default: return Int64(String(decoding: value, as: UTF8.self))
        }
    }

    func text(_ column: Int) -> String? {
        guard let value = value(column) else { return nil }
        switch PQftype(result, Int32(column)) {
        case PostgresType.int8, PostgresType.int4, PostgresType.int2, PostgresType.bool, PostgresType.numeric:
            return integer(column).map { "\($0)" }
        default: return String(decoding: value, as: UTF8.self)
        }
    }

    func bytes(_ column: Int) -> [UInt8]? { value(column).map { Array($0) } }

    func fingerprint(_ column: Int) -> Fingerprint? { value(column).flatMap { Fingerprint(stored: $0) } }

    /// A sum of BIGINTs is a NUMERIC: digits to the base 10,000, the weight of the first, the sign.
    private static func whole(numeric value: UnsafeRawBufferPointer) -> Int64? {
        func word(_ index: Int) -> Int64 {
            Int64(Int16(bigEndian: value.loadUnaligned(fromByteOffset: index * 2, as: Int16.self)))
        }
        guard value.count >= 8, value.count >= 8 + Int(word(0)) * 2 else { return nil }
        let count = Int(word(0))
        let weight = Int(word(1))
        guard weight < 5 else { return nil }
        var number: Int64 = 0
        for place in 0...max(weight, 0) where weight >= 0 {
            let (product, tooMuch) = number.multipliedReportingOverflow(by: 10_000)
            let (sum, over) = product.addingReportingOverflow(place < count ? word(4 + place) : 0)
            if tooMuch || over { return nil }
            number = sum
        }
        return word(2) == 0x4000 ? -number : number
    }
}
