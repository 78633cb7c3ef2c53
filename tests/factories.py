"""Plain documents and requests: small helpers with the sections that readers look into."""

import factory

from tests.conftest import any_plate


class VehicleFactory(factory.DictFactory):
    manufacturer = "יונדאי"
    model = "I20"
    year = "11/2022"


class GarageFactory(factory.DictFactory):
    name = 'מוסך "אלפא" בע"מ'


class InsuranceFactory(factory.DictFactory):
    company = "ביטוח דמו"
    claim_number = factory.Sequence(lambda n: f"CL-{n + 700}")


class StakeholdersFactory(factory.DictFactory):
    garage = factory.SubFactory(GarageFactory)
    insurance = factory.SubFactory(InsuranceFactory)


class HelperFactory(factory.DictFactory):
    """The part of a helper that a case is searched by."""

    vehicle = factory.SubFactory(VehicleFactory)
    stakeholders = factory.SubFactory(StakeholdersFactory)


class OpenCaseFactory(factory.DictFactory):
    """A body of `POST /cases`."""

    plate = factory.LazyFunction(any_plate)
    owner_name = "רונית כהן-לוי"
    helper = factory.SubFactory(HelperFactory)
