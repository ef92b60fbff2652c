import CampaignModel
import Mustache

/// What of a message is filled in for each person, in the order of its marks; grows while the message is made.
final class PersonalFields {
    private(set) var all: [PersonalField] = []

    func mark(_ field: PersonalField) -> String {
        if let place = all.firstIndex(of: field) { return PersonalMark.text(place) }
        all.append(field)
        return PersonalMark.text(all.count - 1)
    }
}

/// A field of a person that nobody is known for yet: it shows a mark.
struct PersonalValue: MustacheParent {
    let fields: PersonalFields
    var field: PersonalField

    func child(named form: String) -> Any? {
        // A field of the owner's may have such a name.
        let isForm = ["plain", "escaped", "html"].contains(form) && field.name != "subscriber.fields"
        if isForm { return fields.mark(field) }
        var next = self
        switch HelperName.decode(form) {
        case .truncate(let length)?: next.field.length = length
        case .or(let text)?: next.field.fallback = text
        // `subscriber.fields.city`.
        case nil where field.name == "subscriber.fields": next.field.name += ".\(form)"
        default: return nil
        }
        return next
    }
}

/// `subscriber`, with fields below it.
struct PersonalGroup: MustacheParent {
    let fields: PersonalFields

    func child(named child: String) -> Any? {
        PersonalValue(fields: fields, field: PersonalField(name: "subscriber.\(child)"))
    }
}
