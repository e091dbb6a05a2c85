from django.http import HttpRequest, HttpResponse


def stub(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


how_we_work = stub
privacy = stub
legal = stub
